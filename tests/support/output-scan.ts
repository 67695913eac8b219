import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { secretsIn } from './log-scan';

export interface OutputScan {
  /** Reads all that the process writes from now on; it needs pipes. What it complains of is shown as well. */
  read(child: ChildProcess): void;
  /** Once all of them have ended. @throws when one has written what must stand in no log */
  assertClean(): Promise<void>;
}

/** A run of hours writes a lot: findings are kept, and of them so many. */
const MOST_KEPT = 5;

/** The scan of the logs (log-scan.ts) for processes that a test starts, killed ones too. */
export function createOutputScan(): OutputScan {
  const found: string[] = [];
  const reading: Promise<unknown>[] = [];
  return {
    read(child) {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) throw new Error('a process whose output is scanned needs pipes');
        const lines = createInterface({ input: stream });
        lines.on('line', (line) => {
          if (found.length < MOST_KEPT) found.push(...secretsIn([line]));
          if (stream === child.stderr) process.stderr.write(`${line}\n`);
        });
        reading.push(once(lines, 'close'));
      }
    },
    async assertClean() {
      await Promise.all(reading.splice(0));
      if (found.length > 0) throw new Error(`the log of a process tells ${found.splice(0).join('\n')}`);
    },
  };
}
