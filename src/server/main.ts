import { inspect } from 'node:util';
import { EmbeddedPostgresError } from '@/db/embedded';
import { MigrationError } from '@/db/migrate';
import { UnsupportedServerVersionError } from '@/db/server-version';
import { EnvError, env, secretValues } from '@/env';
import { createLogger } from '@/observability/logger';
import { ListenError } from './listen';
import { type RunningServer, startServer } from './start';

/** Errors whose message is meant for the person who starts the server: no stack. */
const FOR_PEOPLE = [
  EnvError,
  ListenError,
  EmbeddedPostgresError,
  MigrationError,
  UnsupportedServerVersionError,
];

try {
  await main();
} catch (error) {
  const isForPeople = FOR_PEOPLE.some((kind) => error instanceof kind);
  complain(isForPeople && error instanceof Error ? error.message : error);
  process.exit(1);
}

/** Not through the log: this is for the person at the terminal, and the log may not exist yet. */
function complain(error: unknown): void {
  process.stderr.write(`${typeof error === 'string' ? error : inspect(error)}\n`);
}

async function main(): Promise<void> {
  const settings = env();
  const log = createLogger({ level: settings.logLevel, secrets: secretValues(settings) });
  const starting = startServer({
    env: settings,
    log,
    dev: process.argv.includes('--dev'),
    app: { processMetrics: true },
  });
  stopOnSignals(starting, (fields, message) => log.info(fields, message));
  const { url, simulator } = await starting;
  log.info({ url, simulatorUrl: simulator?.url ?? null, mode: settings.mode }, `ready: ${url}`);
}

/** The first signal finishes running requests, the second does not wait. */
function stopOnSignals(
  starting: Promise<RunningServer>,
  say: (fields: Record<string, unknown>, message: string) => void,
): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    say({ signal }, 'stopping: running requests are finished first; repeat to force');
    starting
      .then((server) => server.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          complain(error);
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
