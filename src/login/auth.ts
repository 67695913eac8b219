import type { PrismaClient } from '@/generated/prisma/client';
import type { Logger } from '@/services/ports';
import { auditOfLogins, type LoginAudit } from './audit';

export interface LoginSettings {
  /** Signs cookies and seals second factors. */
  secret: string;
  /** Origin that browsers see, e.g. https://pay.example.com. */
  publicUrl: string;
  production: boolean;
  /** Whether admins need a second factor; who comes by an identity provider has that one's. */
  demandsSecondFactor: boolean;
  /** Null: e-mail and password only. */
  oidc: { issuerUrl: string; clientId: string; clientSecret: string } | null;
}

export interface LoginParts {
  prisma: PrismaClient;
  settings: LoginSettings;
  log: Logger;
  audit: LoginAudit;
}

/** Where the browser talks to better-auth. */
export const LOGIN_PATH = '/api/auth';
/** Written by the server in front of every request, whatever the client sent under this name. */
export const ADDRESS_HEADER = 'x-tabsy-client-address';
const HOUR_SEC = 3_600;

/** better-auth as the admin pages need it. The library is loaded here, by whoever needs it first: no start waits for it. */
export async function createAuth({ prisma, settings, log, audit }: LoginParts) {
  const [{ betterAuth }, { prismaAdapter }, { createAuthMiddleware }, { genericOAuth, twoFactor }] =
    await Promise.all([
      import('better-auth'),
      import('better-auth/adapters/prisma'),
      import('better-auth/api'),
      import('better-auth/plugins'),
    ]);
  return betterAuth({
    appName: 'Tabsy Payments',
    secret: settings.secret,
    // In development ports vary, so the request's own address counts; production knows its own.
    baseURL: settings.production ? settings.publicUrl : { allowedHosts: ['*'], protocol: 'http' },
    basePath: LOGIN_PATH,
    trustedOrigins: [settings.publicUrl],
    database: prismaAdapter(prisma, { provider: 'postgresql', transaction: false }),
    user: {
      modelName: 'loginPerson',
      additionalFields: {
        role: { type: 'string', required: true, input: false },
        platformUserId: { type: 'string', required: false, input: false },
      },
    },
    session: {
      modelName: 'loginSession',
      expiresIn: 12 * HOUR_SEC,
      updateAge: HOUR_SEC,
      // A revoked session ends at once: nothing is remembered in the cookie.
      cookieCache: { enabled: false },
      additionalFields: { byProvider: { type: 'boolean', required: false, input: false } },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, ctx) => ({
            data: { ...session, byProvider: ctx?.path.startsWith('/callback/') ?? false },
          }),
        },
      },
    },
    account: {
      modelName: 'loginAccount',
      // An e-mail counts only once the provider has verified it: whoever may type one there would be anybody here.
      accountLinking: { enabled: true, trustedProviders: [] },
    },
    verification: { modelName: 'loginVerification' },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'loginAttempt',
      window: 60,
      max: 100,
      customRules: {
        '/sign-in/email': { window: 60, max: 5 },
        '/two-factor/*': { window: 60, max: 5 },
      },
    },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    advanced: {
      cookiePrefix: 'tabsy',
      useSecureCookies: settings.production,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    plugins: [
      twoFactor({ issuer: 'Tabsy Payments', schema: { twoFactor: { modelName: 'loginSecondFactor' } } }),
      ...(settings.oidc ? [genericOAuth(oidcOptions(settings.oidc))] : []),
    ],
    hooks: auditOfLogins(audit, createAuthMiddleware),
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' ? 'error' : 'warn']({}, inOurWords(message)),
    },
  });
}

/** What better-auth logs names its own variable, which here is ours. */
function inOurWords(message: string): string {
  return message.replaceAll('BETTER_AUTH_SECRET', 'ADMIN_SESSION_SECRET');
}

const OIDC_PROVIDER = 'oidc';

function oidcOptions(oidc: NonNullable<LoginSettings['oidc']>) {
  return {
    config: [
      {
        providerId: OIDC_PROVIDER,
        discoveryUrl: `${oidc.issuerUrl}/.well-known/openid-configuration`,
        clientId: oidc.clientId,
        clientSecret: oidc.clientSecret,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        // Who is not known here by e-mail does not get in.
        disableSignUp: true,
      },
    ],
  };
}
