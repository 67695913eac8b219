// Prints a signed token for trying the API: npm run token -- --role staff --user u1 --ttl 8h
import { env } from '@/env';
import type { TokenRole } from '@/services/identity/token';
import { parseOptions, runCommand, UsageError } from './command';
import { signToken } from './sign-token';

const ROLES: Readonly<Record<string, TokenRole>> = {
  admin: 'ADMIN',
  owner: 'RESTAURANT_OWNER',
  staff: 'RESTAURANT_STAFF',
  customer: 'CUSTOMER',
  service: 'SERVICE',
};

await runCommand(async () => {
  const { values } = parseOptions({
    role: { type: 'string', default: 'admin' },
    user: { type: 'string' },
    ttl: { type: 'string', default: '1h' },
  });
  const name = values.role.toLowerCase();
  const role = ROLES[name];
  if (!role) throw new UsageError(`--role must be one of ${Object.keys(ROLES).join(', ')}.`);
  if (!/^\d+\s?(s|m|h|d)$/.test(values.ttl)) {
    throw new UsageError('--ttl must be a number with s, m, h or d, e.g. 8h.');
  }
  const { auth } = env();
  if (!auth.jwtSecret) {
    throw new UsageError(
      'JWT_JWKS_URL is set: only the platform can sign tokens. Unset it and set JWT_SECRET.',
    );
  }
  console.log(await signToken(auth, { role, subject: values.user ?? `dev-${name}`, ttl: values.ttl }));
});
