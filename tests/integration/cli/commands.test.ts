import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryOf } from '@/cli/server-entry';
import { seedRestaurant, startTestApp, type TestApp } from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type OldServer, startOldServer } from './old-server';
import { runCommand } from './run-command';

const LIMIT_MS = 60_000;

describe('token', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it(
    'prints nothing but a token that the server accepts',
    async () => {
      const { code, stdout } = await runCommand('src/cli/token.ts', ['--role', 'admin', '--ttl', '5m']);
      expect(code).toBe(0);
      const client = app.with({ authorization: `Bearer ${stdout.trim()}` });
      expect(await client.payments.list.query({})).toEqual({ items: [], nextCursor: null });
    },
    LIMIT_MS,
  );

  it.each([
    [['--role', 'chef'], '--role must be one of admin, owner'],
    [['--ttl', 'soon'], '--ttl must be a number with s, m, h or d'],
    [['--colour', 'red'], "Unknown option '--colour'. Options: --role …, --user …, --ttl …."],
  ])(
    '%j is refused with what to do, without a stack',
    async (args, message) => {
      const { code, stdout, stderr } = await runCommand('src/cli/token.ts', args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
    LIMIT_MS,
  );
});

describe('db:migrate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ empty: true, poolSize: 1 });
  });
  afterAll(() => database.drop());
  const migrate = (DATABASE_URL: string) => runCommand('src/cli/db-migrate.ts', [], { DATABASE_URL });

  it(
    'names what it applied, and the second time finds nothing to do',
    async () => {
      const first = await migrate(database.url);
      expect(first.stdout).toMatch(/applied migration 0001_\w+\n[\s\S]*: \d+ applied/);
      const again = await migrate(database.url);
      expect(again.stdout).toContain('nothing to apply, it is up to date');
      expect([first.code, again.code]).toEqual([0, 0]);
      expect(first.stdout).not.toContain(new URL(database.url).password);
    },
    LIMIT_MS,
  );

  it(
    'says when the database does not answer',
    async () => {
      const { code, stderr } = await migrate('postgresql://nobody@127.0.0.1:1/nothing');
      expect(stderr).toContain('The database of DATABASE_URL does not answer (ECONNREFUSED)');
      expect(code).toBe(1);
    },
    LIMIT_MS,
  );
});

it(
  'db:diff finds no drift in this repository',
  async () => {
    const { code, stdout, stderr } = await runCommand('src/cli/db-diff.ts', []);
    expect(stdout, stderr).toBe('No drift: prisma/schema.prisma and prisma/migrations agree.\n');
    expect(code).toBe(0);
  },
  LIMIT_MS,
);

it(
  'token says what to do where only the platform signs',
  async () => {
    const { code, stderr } = await runCommand('src/cli/token.ts', [], {
      JWT_JWKS_URL: 'https://platform.example.com/keys',
    });
    expect([code, stderr]).toEqual([
      1,
      'JWT_JWKS_URL is set: only the platform can sign tokens. Unset it and set JWT_SECRET.\n',
    ]);
  },
  LIMIT_MS,
);

describe('admin:create', () => {
  let app: TestApp;
  let ownerId: string;
  beforeAll(async () => {
    app = await startTestApp();
    ({ ownerId } = await seedRestaurant(await app.asService()));
  });
  afterAll(() => app.stop());
  const create = (...args: string[]) =>
    runCommand('src/cli/admin-create.ts', ['--email', 'owner@example.com', ...args], {
      DATABASE_URL: app.database.url,
    });

  it(
    'makes an owner of the platform’s user, and refuses one that the platform has not sent',
    async () => {
      const made = await create('--role', 'owner', '--user', ownerId);
      expect(made.stdout, made.stderr).toMatch(/^owner@example\.com can sign in at \S+\/admin as owner\.$/m);
      expect(made.code).toBe(0);
      // What the library says about the secret names the variable that there is.
      expect(made.stdout + made.stderr).not.toContain('BETTER_AUTH');
      const unknown = await create('--role', 'owner', '--user', 'nobody');
      expect(unknown.stderr).toContain('--user nobody: the platform has not sent a user with this id.');
      expect(unknown.code).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'names the secret that is weak by the name that it has here',
    async () => {
      const { code, stdout, stderr } = await runCommand(
        'src/cli/admin-create.ts',
        ['--email', 'weak@example.com'],
        { DATABASE_URL: app.database.url, ADMIN_SESSION_SECRET: 'a'.repeat(40) },
      );
      expect(stdout + stderr).toContain('ADMIN_SESSION_SECRET appears low-entropy');
      expect(stdout + stderr).not.toContain('BETTER_AUTH');
      expect(code).toBe(0);
    },
    LIMIT_MS,
  );
});

it.each([
  ['src/cli/db-diff.ts', ['--colour'], "Unknown option '--colour'. Options: none."],
  ['src/cli/db-migrate.ts', ['--colour'], "Unknown option '--colour'. Options: none."],
  ['src/cli/build-client.ts', ['--colour'], "Unknown option '--colour'. Options: --out …."],
  ['tests/load/bench.ts', ['--colour'], "Unknown option '--colour'. Options: --only …, --json …, --doc, "],
  ['tests/load/bench.ts', ['--only', 'toString'], '--only toString: choose one of webhook, create,'],
  ['tests/load/bench.ts', ['--only', 'soak', '--minutes', 'x'], '--minutes must be a number above 0.'],
  ['tests/load/bench.ts', ['--rows', '1.5'], '--rows must be a whole number from 1.'],
])(
  '%s %j is refused before anything is started, in one line',
  async (script, args, message) => {
    const { code, stdout, stderr } = await runCommand(script, args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
  LIMIT_MS,
);

describe('a PostgreSQL that is too old', () => {
  let old: OldServer;
  beforeAll(async () => {
    old = await startOldServer();
  });
  afterAll(() => old.stop());

  it.each([
    ['src/cli/db-migrate.ts', []],
    ['src/cli/admin-create.ts', ['--email', 'a@example.com']],
    ['src/cli/analytics-verify.ts', []],
  ])(
    'is refused by %s',
    async (script, args) => {
      const { code, stderr } = await runCommand(script, args, { DATABASE_URL: old.url });
      expect(stderr).toBe(
        'The database server is PostgreSQL 14; this service needs 15 or newer: upgrade it, or unset DATABASE_URL to use the embedded one.\n',
      );
      expect(code).toBe(1);
    },
    LIMIT_MS,
  );
});

describe('start-built', () => {
  it.each(['server', 'worker', 'live'])('says what to do when %s was not built', async (program) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tabsy-unbuilt-'));
    await cp('src/cli/start-built.js', path.join(folder, 'src', 'cli', 'start-built.js'));
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    const started = await runIn(folder, ['src/cli/start-built.js', program]);
    await rm(folder, { recursive: true });
    expect(started).toEqual({
      code: 1,
      output: `dist/${program}.js is not there: run npm run build first.\n`,
    });
  });
});

describe('a built program', () => {
  /** What it sees of its mode, with these variables and this `.env`. */
  async function modeOf(variables: Record<string, string>, file: string | null = null) {
    const folder = await mkdtemp(path.join(tmpdir(), 'tabsy-entry-'));
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(path.join(folder, 'server.js'), entryOf('main'));
    await writeFile(
      path.join(folder, 'main.js'),
      "process.stdout.write([process.env.APP_ENV, process.env.NODE_ENV].map(String).join(' '));",
    );
    if (file !== null) await writeFile(path.join(folder, '.env'), file);
    const { output } = await runIn(folder, ['server.js'], variables);
    await rm(folder, { recursive: true });
    return output;
  }

  it.each([
    ['nothing', {}, null, 'production production'],
    ['NODE_ENV', { NODE_ENV: 'development' }, null, 'development production'],
    ['NODE_ENV of .env', {}, 'NODE_ENV=development\n', 'development production'],
    ['APP_ENV of .env', {}, 'NODE_ENV=production\nAPP_ENV=development\n', 'development production'],
    [
      'the environment before .env',
      { NODE_ENV: 'production' },
      'NODE_ENV=development\n',
      'production production',
    ],
    ['test, which reads no file', { NODE_ENV: 'test' }, 'APP_ENV=production\n', 'test production'],
    // The configuration then names NODE_ENV, which is what was set.
    ['a NODE_ENV that does not exist', { NODE_ENV: 'staging' }, null, 'undefined staging'],
  ])('runs by the rules of %s, with the libraries of production', async (_, variables, file, expected) => {
    expect(await modeOf(variables, file)).toBe(expected);
  });
});

async function runIn(folder: string, args: readonly string[], variables: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, ...variables } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
