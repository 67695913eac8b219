import { type Env, env, secretValues } from '@/env';
import { createLogger } from '@/observability/logger';
import type { Logger } from '@/services/ports';
import { explain } from './explain';

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Runs a program until a signal ends it (SIGHUP, as of a terminal that closes, too): the first one finishes what is running, the second does not wait. What goes wrong
 * at the start is told in words and ends the process with 1.
 */
export async function runProgram(
  start: (settings: Env, log: Logger) => Promise<Stoppable>,
  stopping: string,
): Promise<void> {
  try {
    const settings = env();
    const log = createLogger({ level: settings.logLevel, secrets: secretValues(settings) });
    const starting = start(settings, log);
    stopOnSignals(starting, (signal) => log.info({ signal }, `stopping: ${stopping}; repeat to force`));
    await starting;
  } catch (error) {
    complain(error);
    process.exit(1);
  }
}

function stopOnSignals(starting: Promise<Stoppable>, say: (signal: NodeJS.Signals) => void): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    say(signal);
    starting
      .then((running) => running.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          complain(error);
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
}

/** Not through the log: this is for the person at the terminal, and the log may not exist yet. */
function complain(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`);
}
