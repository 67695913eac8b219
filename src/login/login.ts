import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { genericOAuth, twoFactor } from 'better-auth/plugins';
import type { PrismaClient } from '@/generated/prisma/client';
import type { FindLogin, LoginPerson } from '@/services/identity/resolve-actor';
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

export type Login = ReturnType<typeof createLogin>;

/** Where the browser talks to better-auth. */
export const LOGIN_PATH = '/api/auth';
/** Written by the server in front of every request, whatever the client sent under this name. */
const ADDRESS_HEADER = 'x-tabsy-client-address';
const HOUR_SEC = 3_600;

/**
 * Login of the admin pages (issue "The admin pages"): e-mail and password hashed with scrypt, throttled, sessions in
 * PostgreSQL behind an httpOnly SameSite cookie, TOTP as second factor, OIDC by configuration. People are made by the
 * command line or an admin, never by signing up.
 */
export function createLogin({ prisma, settings, log, audit }: LoginParts) {
  const auth = betterAuth({
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
      ...oidcPlugins(settings),
    ],
    hooks: auditOfLogins(audit),
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' ? 'error' : 'warn']({}, inOurWords(message)),
    },
  });

  /** Who is signed in by the request's cookie; null: nobody. */
  const findLogin: FindLogin = async (headers): Promise<LoginPerson | null> => {
    const found = await auth.api.getSession({ headers });
    if (!found) return null;
    const { id, name, email, role, platformUserId, twoFactorEnabled } = found.user;
    return {
      id,
      name,
      email,
      role: role as LoginPerson['role'],
      platformUserId: platformUserId ?? null,
      hasSecondFactor: twoFactorEnabled === true,
      owesSecondFactor:
        settings.demandsSecondFactor &&
        role === 'admin' &&
        twoFactorEnabled !== true &&
        found.session.byProvider !== true,
    };
  };

  return {
    findLogin,
    /** Answers everything below LOGIN_PATH. `address` counts for throttling. */
    async handle(request: Request, address: string | null): Promise<Response> {
      const headers = new Headers(request.headers);
      headers.delete(ADDRESS_HEADER);
      if (address !== null) headers.set(ADDRESS_HEADER, address);
      const { method } = request;
      const body = method === 'GET' || method === 'HEAD' ? null : await request.text();
      return auth.handler(new Request(request.url, { method, headers, body }));
    },
    async knows(email: string): Promise<boolean> {
      const { internalAdapter } = await auth.$context;
      return (await internalAdapter.findUserByEmail(email.toLowerCase())) !== null;
    },
    /** Makes a person who can sign in, or gives a known one a new password, role and platform user. @returns their id */
    async savePerson(person: NewPerson): Promise<string> {
      const { internalAdapter, password } = await auth.$context;
      const email = person.email.toLowerCase();
      const known = await internalAdapter.findUserByEmail(email);
      const fields = { name: person.name, role: person.role, platformUserId: person.platformUserId };
      const user = known
        ? await internalAdapter.updateUser(known.user.id, fields)
        : await internalAdapter.createUser(
            { email, emailVerified: true, ...fields },
            { method: 'email-password' },
          );
      const hash = await password.hash(person.password);
      const accounts = await internalAdapter.findAccounts(user.id);
      if (accounts.some((account) => account.providerId === 'credential')) {
        await internalAdapter.updatePassword(user.id, hash);
        // Whoever knew the old password is out.
        await internalAdapter.deleteUserSessions(user.id);
      } else {
        await internalAdapter.linkAccount({
          userId: user.id,
          providerId: 'credential',
          accountId: user.id,
          password: hash,
        });
      }
      return user.id;
    },
  };
}

/** What better-auth logs names its own variable, which here is ours. */
function inOurWords(message: string): string {
  return message.replaceAll('BETTER_AUTH_SECRET', 'ADMIN_SESSION_SECRET');
}

export interface NewPerson {
  email: string;
  name: string;
  password: string;
  role: LoginPerson['role'];
  /** The platform's user whose memberships count; null for admins. */
  platformUserId: string | null;
}

const OIDC_PROVIDER = 'oidc';

function oidcPlugins({ oidc }: LoginSettings) {
  if (oidc === null) return [];
  return [
    genericOAuth({
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
    }),
  ];
}
