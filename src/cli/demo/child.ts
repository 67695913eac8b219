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

/** Stops a child and waits for it: SIGTERM, or the end of its input on Windows; SIGKILL to its group when late. */
export async function stopChild(child: ChildProcess, limitMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => killGroup(child), limitMs);
  if (isWindows && child.stdin) child.stdin.end();
  else child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}

/** Ends a child and everything that it started, at once. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (isWindows) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
