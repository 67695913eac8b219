// Makes a person who can sign in to /admin, or gives a known one a new password:
// npm run admin:create -- --email ada@example.com --name "Ada" [--role owner --user <platform user id>]
import { randomBytes } from 'node:crypto';
import { createPrisma } from '@/db/client';
import { createDb } from '@/db/db';
import { applyMigrations } from '@/db/migrate';
import { createPool } from '@/db/pool';
import { env } from '@/env';
import { createLogin } from '@/login/login';
import { createLogger } from '@/observability/logger';
import { noteLogin } from '@/services/identity/note-login';
import { parseOptions, runCommand, UsageError } from './command';
import { openDatabase } from './open-database';

const ROLES = ['admin', 'owner', 'staff'] as const;
const USAGE =
  'npm run admin:create -- --email ada@example.com [--name Ada] [--role admin|owner|staff --user <platform user id>]';
const USER_BY_ID = { name: 'user-by-id', text: 'SELECT id FROM users WHERE id = $1' };

await runCommand(async () => {
  const { values } = parseOptions({
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string', default: 'admin' },
    user: { type: 'string' },
    'password-stdin': { type: 'boolean', default: false },
  });
  const { email, user } = values;
  if (email === undefined || !/^[^\s@]+@[^\s@]+$/.test(email))
    throw new UsageError(`--email is missing: ${USAGE}`);
  const role = ROLES.find((known) => known === values.role);
  if (!role) throw new UsageError(`--role must be one of ${ROLES.join(', ')}.`);
  if (role !== 'admin' && user === undefined)
    throw new UsageError('--user is missing: the platform user whose restaurants they see.');
  const password = values['password-stdin']
    ? await firstLineOfInput()
    : randomBytes(18).toString('base64url');
  if (password.length < 12) throw new UsageError('The password must have at least 12 characters.');

  const settings = env();
  const database = await openDatabase(settings);
  try {
    await applyMigrations(database.url, { log: (message) => console.error(message) });
    const pool = createPool({
      url: database.url,
      max: 2,
      applicationName: 'tabsy-admin-create',
      onError: (error) => console.error(error.message),
    });
    const db = createDb(pool);
    if (user !== undefined && (await db.maybeOne(USER_BY_ID, [user])) === null)
      throw new UsageError(`--user ${user}: the platform has not sent a user with this id.`);
    const login = createLogin({
      prisma: createPrisma(pool),
      settings: { ...settings.login, publicUrl: settings.server.publicUrl, production: settings.production },
      log: createLogger({ level: 'warn', secrets: [] }),
      audit: (fact, personId) => noteLogin(db, fact, personId),
    });
    const id = await login.savePerson({
      email,
      name: values.name ?? email,
      password,
      role,
      platformUserId: user ?? null,
    });
    await noteLogin(db, 'login_person_saved', id);
    await pool.end();
  } finally {
    await database.close();
  }
  console.log(`${email} can sign in at ${settings.server.publicUrl}/admin as ${role}.`);
  if (!values['password-stdin']) console.log(`Password, shown this once: ${password}`);
});

async function firstLineOfInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  return text.split(/\r?\n/)[0] ?? '';
}
