import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in these (USER_HZ, the same on every usual build). */
const TICK_MS = 10;

/**
 * CPU time that the backends of one database have used so far, in milliseconds; null where there is no /proc. Tells what
 * a figure is made of even while others load the machine.
 */
export function backendCpuMs(database: string): number | null {
  if (process.platform !== 'linux') return null;
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`postgres: tabsy ${database} `)) continue;
      // After the name in brackets: state is the first field, user and system time the twelfth and thirteenth.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // The process has ended meanwhile.
    }
  }
  return ticks * TICK_MS;
}
