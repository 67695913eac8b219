import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const isWindows = process.platform === 'win32';

/**
 * Starts a Node program in a process group of its own: Ctrl-C at the terminal then reaches this process only, which stops
 * the other in good order, instead of both being told at once.
 */
export function startNode(args: readonly string[], stdio: SpawnOptions['stdio']): ChildProcess {
  return spawn(process.execPath, args, { stdio, detached: !isWindows });
}

/** Stops a child with its whole group and waits for it: SIGTERM, or the end of its input on Windows; SIGKILL when late. */
export async function stopChild(child: ChildProcess, limitMs: number): Promise<void> {
  if (hasExited(child)) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), limitMs);
  if (isWindows && child.stdin) child.stdin.end();
  else signal(child, 'SIGTERM');
  await exited;
  clearTimeout(timer);
}

export function killChild(child: ChildProcess): void {
  if (!hasExited(child)) signal(child, 'SIGKILL');
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function signal(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (isWindows || child.pid === undefined) {
    child.kill(name);
    return;
  }
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has just gone.
  }
}
