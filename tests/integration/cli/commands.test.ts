import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
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
    [['--colour', 'red'], "Unknown option '--colour'"],
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
