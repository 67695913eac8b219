import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuth } from '@/login/auth';
import { startTestApp, type TestApp } from '../support/app';

/** What is sent to an endpoint of the login (text: a query) so that only who asks is left to refuse, and what nobody is answered. */
interface LoginRule {
  sent?: string | object;
  nobody: number;
}
const PASSWORD = 'correct-horse-battery';
const EMAIL = 'nobody@example.com';
const NEEDS_LOGIN = { nobody: 401 };
/** Not switched on here. */
const OFF = { nobody: 400 };

/** Every endpoint of better-auth below /api/auth. */
const LOGIN: Readonly<Record<string, LoginRule>> = {
  '/ok': { sent: '', nobody: 200 },
  '/error': { sent: '', nobody: 200 },
  '/get-session': { sent: '', nobody: 200 },
  '/sign-out': { nobody: 200 },
  '/sign-in/email': { ...NEEDS_LOGIN, sent: { email: EMAIL, password: PASSWORD } },
  '/sign-in/social': { sent: { provider: 'google' }, nobody: 404 },
  '/callback/:id': { sent: '', nobody: 302 },
  '/sign-up/email': { ...OFF, sent: { name: 'Nobody', email: EMAIL, password: PASSWORD } },
  '/request-password-reset': { ...OFF, sent: { email: EMAIL } },
  '/reset-password': { ...OFF, sent: { newPassword: PASSWORD, token: 'none' } },
  '/reset-password/:token': { sent: '?callbackURL=/', nobody: 302 },
  '/send-verification-email': { ...OFF, sent: { email: EMAIL } },
  '/verify-email': { ...NEEDS_LOGIN, sent: '?token=none' },
  '/verify-password': { ...NEEDS_LOGIN, sent: { password: PASSWORD } },
  '/change-email': { ...NEEDS_LOGIN, sent: { newEmail: EMAIL } },
  '/change-password': { ...NEEDS_LOGIN, sent: { newPassword: PASSWORD, currentPassword: PASSWORD } },
  '/update-session': NEEDS_LOGIN,
  '/update-user': { ...NEEDS_LOGIN, sent: { role: 'admin' } },
  '/delete-user': NEEDS_LOGIN,
  '/delete-user/callback': { sent: '?token=none', nobody: 404 },
  '/list-sessions': { ...NEEDS_LOGIN, sent: '' },
  '/revoke-session': { ...NEEDS_LOGIN, sent: { token: 'none' } },
  '/revoke-sessions': NEEDS_LOGIN,
  '/revoke-other-sessions': NEEDS_LOGIN,
  '/list-accounts': { ...NEEDS_LOGIN, sent: '' },
  '/account-info': { ...NEEDS_LOGIN, sent: '?accountId=none' },
  '/link-social': { ...NEEDS_LOGIN, sent: { provider: 'google' } },
  '/unlink-account': { ...NEEDS_LOGIN, sent: { accountId: 'none', providerId: 'oidc' } },
  '/refresh-token': { ...NEEDS_LOGIN, sent: { accountId: 'none', userId: 'somebody' } },
  '/get-access-token': { ...NEEDS_LOGIN, sent: { accountId: 'none', userId: 'somebody' } },
  '/two-factor/enable': { ...NEEDS_LOGIN, sent: { password: PASSWORD } },
  '/two-factor/disable': { ...NEEDS_LOGIN, sent: { password: PASSWORD } },
  '/two-factor/get-totp-uri': { ...NEEDS_LOGIN, sent: { password: PASSWORD } },
  '/two-factor/generate-backup-codes': { ...NEEDS_LOGIN, sent: { password: PASSWORD } },
  '/two-factor/verify-totp': { ...NEEDS_LOGIN, sent: { code: '123456' } },
  '/two-factor/verify-backup-code': { ...NEEDS_LOGIN, sent: { code: 'none' } },
  '/two-factor/send-otp': OFF,
  '/two-factor/verify-otp': { ...NEEDS_LOGIN, sent: { code: '123456' } },
};

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

it('every endpoint of the login that better-auth brings has a rule here, and nobody gets no further than that', async () => {
  const auth = await createAuth(partsOfLogin());
  const paths = Object.values(auth.api).flatMap(({ path }: { path?: string }) => path ?? []);
  expect(Object.keys(LOGIN).sort()).toEqual(paths.sort());
  const met: Record<string, number> = {};
  for (const [path, { sent }] of Object.entries(LOGIN)) met[path] = await askLogin(path, sent);
  expect(met).toEqual(Object.fromEntries(Object.entries(LOGIN).map(([path, { nobody }]) => [path, nobody])));
});

/** As the app makes it without an identity provider. */
function partsOfLogin(): Parameters<typeof createAuth>[0] {
  const { deps } = app.server.app;
  return {
    prisma: deps.prisma,
    log: deps.log,
    audit: async () => undefined,
    settings: {
      secret: 'for-looking-at-it-alone-not-for-signing',
      publicUrl: app.url,
      production: false,
      demandsSecondFactor: true,
      oidc: null,
    },
  };
}

let addresses = 0;

/** From a page of this server, each time from another address: attempts are throttled. */
async function askLogin(path: string, sent: string | object | undefined): Promise<number> {
  const isGet = typeof sent === 'string';
  const url = `${app.url}/api/auth${path.replace(/:\w+/, 'none')}${isGet ? sent : ''}`;
  const response = await app.server.app.login.handle(
    new Request(url, {
      method: isGet ? 'GET' : 'POST',
      headers: { origin: app.url, 'content-type': 'application/json' },
      ...(!isGet && { body: JSON.stringify(sent ?? {}) }),
    }),
    `203.0.113.${++addresses}`,
  );
  return response.status;
}
