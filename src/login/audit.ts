import type { createAuthMiddleware } from 'better-auth/api';

export type LoginFact = 'login' | 'login_failed' | 'logout' | 'sessions_ended' | 'second_factor_changed';

/** Writes one fact about a person's login. `personId` null: nobody known here was named. */
export type LoginAudit = (fact: LoginFact, personId: string | null) => Promise<void>;

const FACTS: Readonly<Record<string, LoginFact>> = {
  '/sign-out': 'logout',
  '/revoke-session': 'sessions_ended',
  '/revoke-sessions': 'sessions_ended',
  '/revoke-other-sessions': 'sessions_ended',
  '/two-factor/enable': 'second_factor_changed',
  '/two-factor/disable': 'second_factor_changed',
};

/** Notes who signed in, who failed to and who signed out. Ids only: the audit outlives the person's data. */
export function auditOfLogins(audit: LoginAudit, middleware: typeof createAuthMiddleware) {
  return {
    // Signing out deletes the session that says who it was, hence before.
    before: middleware(async (ctx) => {
      const fact = FACTS[ctx.path];
      if (!fact) return;
      const cookie = await ctx.getSignedCookie(ctx.context.authCookies.sessionToken.name, ctx.context.secret);
      if (!cookie) return;
      const found = await ctx.context.internalAdapter.findSession(cookie);
      if (found) await audit(fact, found.user.id);
    }),
    after: middleware(async (ctx) => {
      const { newSession, returned } = ctx.context;
      if (newSession && SIGN_INS.test(ctx.path)) return audit('login', newSession.user.id);
      if (ctx.path !== '/sign-in/email' || !(returned instanceof Error)) return;
      const email: unknown = ctx.body?.email;
      const known =
        typeof email === 'string'
          ? await ctx.context.internalAdapter.findUserByEmail(email.toLowerCase())
          : null;
      await audit('login_failed', known?.user.id ?? null);
    }),
  };
}

const SIGN_INS = /^\/(sign-in\/|callback\/|oauth2\/callback\/|two-factor\/verify)/;
