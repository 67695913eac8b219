import type { FindLogin, LoginPerson } from '@/services/identity/resolve-actor';
import { ADDRESS_HEADER, createAuth, type LoginParts } from './auth';

export { LOGIN_PATH } from './auth';

export type Login = ReturnType<typeof createLogin>;

/**
 * Login of the admin pages (issue "The admin pages"): e-mail and password hashed with scrypt, throttled, sessions in
 * PostgreSQL behind an httpOnly SameSite cookie, TOTP as second factor, OIDC by configuration. People are made by the
 * command line or an admin, never by signing up.
 */
export function createLogin(parts: LoginParts) {
  const { settings } = parts;
  let loading: ReturnType<typeof createAuth> | undefined;
  /** Loaded by whoever needs it first. */
  const load = () => {
    loading ??= createAuth(parts).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  /** Who is signed in by the request's cookie; null: nobody. */
  const findLogin: FindLogin = async (headers): Promise<LoginPerson | null> => {
    const { api } = await load();
    const found = await api.getSession({ headers });
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
      const { handler } = await load();
      return handler(new Request(request.url, { method, headers, body }));
    },
    async knows(email: string): Promise<boolean> {
      const { internalAdapter } = await (await load()).$context;
      return (await internalAdapter.findUserByEmail(email.toLowerCase())) !== null;
    },
    /** Makes a person who can sign in, or gives a known one a new password, role and platform user. @returns their id */
    async savePerson(person: NewPerson): Promise<string> {
      const { internalAdapter, password } = await (await load()).$context;
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

export interface NewPerson {
  email: string;
  name: string;
  password: string;
  role: LoginPerson['role'];
  /** The platform's user whose memberships count; null for admins. */
  platformUserId: string | null;
}
