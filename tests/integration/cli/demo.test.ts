import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeDirectoryLock } from '@/db/embedded/lock';
import { commandLine } from '@/db/embedded/process-info';
import { type Finished, runCommand } from './run-command';

const DEMO = 'src/cli/demo.ts';
/** A build included, on a busy machine. */
const LIMIT_MS = 300_000;

let dataDir: string;
let first: Finished;
let second: Finished;

const runDemo = () => runCommand(DEMO, ['--exit'], { DATA_DIR: dataDir, PORT: '0' });

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tabsy-demo-test-'));
  // As an ordinary .data: the database's own user may enter it.
  await chmod(dataDir, 0o755);
  first = await runDemo();
  second = await runDemo();
}, LIMIT_MS);
afterAll(() => rm(dataDir, { recursive: true, force: true }));

it('the demo holds in every step, from nothing and again on its own data', () => {
  for (const { code, stdout, stderr } of [first, second]) {
    expect(stdout.trimEnd().split('\n').at(-1), stdout + stderr).toMatch(/^demo: [1-9]\d* steps, 0 failed$/);
    expect(code).toBe(0);
  }
});

it('without a terminal it writes no colours', () => {
  expect(first.stdout).not.toContain('\u001b[');
});

it('the second run builds nothing', () => {
  expect(second.stdout).toContain('build is up to date, skipped');
});

it('demo.json holds what is needed to go on, for its owner only', async () => {
  const file = path.join(dataDir, 'demo.json');
  const record = JSON.parse(await readFile(file, 'utf8'));
  expect(record).toMatchObject({
    baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    simulatorUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    publishableKey: expect.stringMatching(/^pk_test_/),
    tokens: Object.fromEntries(
      ['admin', 'owner', 'staff', 'customer', 'service'].map((role) => [role, expect.stringMatching(/^ey/)]),
    ),
  });
  for (const list of ['restaurants', 'tables', 'sessions', 'guests', 'orders', 'payments']) {
    expect(record[list].length, list).toBeGreaterThan(0);
  }
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o077).toBe(0);
});

it('nothing is left running: neither database, nor server, nor simulator', async () => {
  expect(processesOf(dataDir)).toEqual([]);
  const { baseUrl, simulatorUrl } = JSON.parse(await readFile(path.join(dataDir, 'demo.json'), 'utf8'));
  for (const url of [baseUrl, simulatorUrl]) await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it.each([
  ['starting the server', 'build is up to date'],
  ['telling the story', 'pays an order by card'],
])(
  'Ctrl-C while %s stops all of it',
  async (_when, after) => {
    const { code, stdout } = await runCommand(
      DEMO,
      [],
      { DATA_DIR: dataDir, PORT: '0' },
      { interrupt: { after, signal: 'SIGINT' } },
    );
    expect(stdout).toContain('stopping; repeat to force');
    expect(code).toBe(130);
    expect(processesOf(dataDir)).toEqual([]);
  },
  LIMIT_MS,
);

it(
  'a step that fails is counted in the last line, and the end is a failure',
  async () => {
    // The real service refuses every bill of the demo: no step is made to fail from outside.
    const { code, stdout } = await runCommand(DEMO, ['--exit'], {
      DATA_DIR: dataDir,
      PORT: '0',
      MAX_PAYMENT_AMOUNT: '60',
    });
    expect(stdout).toContain('✗ Marco taps "Pay"');
    expect(stdout).toContain('builds on that step and is left out');
    const [, steps, failed] =
      /^demo: (\d+) steps, (\d+) failed$/.exec(stdout.trimEnd().split('\n').at(-1) ?? '') ?? [];
    expect(Number(failed)).toBe(stdout.match(/^ {2}✗ /gm)?.length);
    expect(Number(steps)).toBe(stdout.match(/^ {2}[✓✗] /gm)?.length);
    expect(Number(failed)).toBeGreaterThan(0);
    expect(code).toBe(1);
    expect(processesOf(dataDir)).toEqual([]);
  },
  LIMIT_MS,
);

it('a port in use is told before anything is built or started', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  const { code, stdout, stderr } = await runCommand(DEMO, ['--exit'], {
    DATA_DIR: dataDir,
    PORT: String(port),
  });
  await new Promise((resolve) => holder.close(resolve));
  expect(stderr).toContain(`Port ${port} is in use: stop the other program, or choose another port`);
  expect([code, stdout]).toEqual([1, '']);
});

it('a second demo on the same folder is told so, and leaves the log of the first one alone', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tabsy-demo-held-'));
  await chmod(folder, 0o755);
  const log = path.join(folder, 'demo-server.log');
  await writeFile(log, 'the first one’s words');
  const held = await takeDirectoryLock(path.join(folder, 'lock'));
  const { code, stderr } = await runCommand(DEMO, ['--exit'], { DATA_DIR: folder, PORT: '0' });
  if (held.ok) await held.lock.release();
  expect(stderr).toContain(`is in use by process ${process.pid}: stop that one first`);
  expect(stderr).toContain('DATA_DIR=.data2');
  expect(await readFile(log, 'utf8')).toBe('the first one’s words');
  expect(code).toBe(1);
  await rm(folder, { recursive: true });
});

it('a database of the user’s own is left alone unless DEMO_SEED asks', async () => {
  const { code, stderr } = await runCommand(DEMO, ['--exit'], {
    DATABASE_URL: 'postgres://127.0.0.1:1/mine',
  });
  expect(stderr).toContain('set DEMO_SEED=true if that is meant');
  expect(code).toBe(1);
});

/** Command lines that name the folder, the database's and its watchdog's among them. A bare Linux has no ps. */
function processesOf(folder: string): string[] {
  const lines =
    process.platform === 'linux'
      ? readdirSync('/proc').map((name) => (/^\d+$/.test(name) ? (commandLine(Number(name)) ?? '') : ''))
      : execFileSync('ps', ['-axo', 'command'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(folder));
}
