import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** True when a process of this id runs, whoever owns it; a dead one that nobody collected does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return linuxStat(pid)?.[0] !== 'Z';
}

/**
 * A text that differs between two processes that had the same id at different times, or null when there is
 * no such process or the system does not tell (Windows). Process ids are reused; this is not.
 */
export function processStartMark(pid: number): string | null {
  if (process.platform === 'linux') {
    return linuxStat(pid)?.[19] ?? null;
  }
  return ps(pid, 'lstart=');
}

/** The fields after the command name, which may itself hold blanks and brackets; first is the state. */
function linuxStat(pid: number): string[] | null {
  if (process.platform !== 'linux') return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** The command line of a process, arguments separated by blanks, or null when it cannot be known. */
export function commandLine(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return null;
    }
  }
  return ps(pid, 'command=');
}

function ps(pid: number, column: string): string | null {
  if (process.platform === 'win32') return null;
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}
