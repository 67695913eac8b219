import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { commandLine } from '@/db/embedded/process-info';

export type HeldDatabase = {
  child: ChildProcess;
  url: string;
  dataDir: string;
  log: string[];
  /** Stops it in good order. */
  stop(): Promise<void>;
  /** kill -9 of the node process. */
  kill(): Promise<void>;
};

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A separate node process that runs an embedded database. Rejects with `code` when it could not start.
 * `account` is the user it runs as, `cwd` the folder it takes for the project.
 */
export async function holdDatabase(
  dataDir: string,
  options: { account?: { uid: number; gid: number }; cwd?: string } = {},
): Promise<HeldDatabase> {
  const loader = new URL(import.meta.resolve('tsx')).href;
  const script = path.join(project, 'tests/integration/db/fixtures/hold-database.ts');
  const child = spawn(process.execPath, ['--import', loader, script, dataDir], {
    cwd: options.cwd ?? project,
    env: { HOME: '/tmp', PATH: '/usr/bin:/bin', NODE_ENV: 'test' },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...options.account,
  });
  const log: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message: Record<string, string> = JSON.parse(line);
    if (message.log) log.push(message.log);
    if (message.error) throw Object.assign(new Error(message.error), { code: message.code, log });
    if (!message.ready) continue;
    const end = async (act: () => void) => {
      const exited = once(child, 'exit');
      act();
      await exited;
    };
    return {
      child,
      url: message.url ?? '',
      dataDir: message.dataDir ?? '',
      log,
      stop: () => end(() => child.kill('SIGTERM')),
      kill: () => end(() => child.kill('SIGKILL')),
    };
  }
  throw new Error('the database process ended without a word');
}

/** kill -9 of the watchdog, so that the server outlives its node process. */
export function killWatchdog(serverPid: number): void {
  const mark = `tabsy-postgres-watchdog ${serverPid} `;
  const pids = process.platform === 'linux' ? linuxPids() : macPids(mark);
  for (const pid of pids) if (commandLine(pid)?.includes(mark)) process.kill(pid, 'SIGKILL');
}

/** By hand, as a bare Linux has no pgrep. */
function linuxPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function macPids(mark: string): number[] {
  return execFileSync('pgrep', ['-f', mark], { encoding: 'utf8' }).trim().split('\n').map(Number);
}
