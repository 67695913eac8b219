import { join } from 'node:path';
import { startEmbeddedPostgres } from '@/db/embedded';
import { applyMigrations } from '@/db/migrate';
import { checkServerVersion } from '@/db/server-version';
import { type Env, secretValues } from '@/env';
import { createLogger } from '@/observability/logger';
import type { Logger } from '@/services/ports';
import { type Simulator, startSimulator } from '@/stripe/simulator';
import { type App, type AppOptions, createApp } from './app';

export interface BootOptions {
  env: Env;
  /** Where this process answers, for the simulator's webhooks. */
  ownUrl: string;
  log?: Logger;
  /** A migrated database that somebody else owns; instead of DATABASE_URL or the embedded one. */
  databaseUrl?: string;
  /** What tests and benchmarks exchange in the app. */
  app?: Omit<AppOptions, 'databaseUrl' | 'simulatorUrl' | 'log'>;
}

export interface Booted {
  app: App;
  databaseUrl: string;
  /** Null with real keys. */
  simulator: Simulator | null;
  /** Ends everything that was started, last first. Safe to call twice. */
  stop(): Promise<void>;
}

/** The path of the webhook door that the simulator delivers to. */
const WEBHOOK_PATH = '/api/webhooks/stripe';

/** Brings up what stands behind the doors, in order: database, migrations, simulator, app. Leaves nothing running on an error. */
export async function boot(options: BootOptions): Promise<Booted> {
  const { env } = options;
  const log = options.log ?? createLogger({ level: env.logLevel, secrets: secretValues(env) });
  const undo: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const end of undo.reverse()) await end();
    })();
    return stopping;
  };

  try {
    for (const warning of env.warnings) log.warn({}, warning);
    const databaseUrl = options.databaseUrl ?? (await startDatabase(env, log, undo));
    const simulator = env.simulator ? await startOwnSimulator(options, log, undo) : null;
    const app = await createApp(env, {
      ...options.app,
      databaseUrl,
      simulatorUrl: simulator?.url ?? null,
      log,
    });
    undo.push(() => app.close());
    return { app, databaseUrl, simulator, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDatabase(env: Env, log: Logger, undo: (() => Promise<unknown>)[]): Promise<string> {
  const say = (message: string) => log.info({}, message);
  let url = env.database.url;
  if (url === undefined) {
    const embedded = await startEmbeddedPostgres({ dataDir: env.dataDir, log: say });
    undo.push(() => embedded.stop());
    log.info({ port: embedded.port, dataDir: embedded.dataDir }, 'embedded PostgreSQL is up');
    url = embedded.url;
  }
  await checkServerVersion(url);
  await applyMigrations(url, { log: say });
  return url;
}

async function startOwnSimulator(
  { env, ownUrl, databaseUrl }: BootOptions,
  log: Logger,
  undo: (() => Promise<unknown>)[],
): Promise<Simulator> {
  const [secret] = env.stripe.webhookSecrets;
  const simulator = await startSimulator({
    production: env.production,
    port: env.stripe.simulatorPort,
    webhookEndpoints: secret ? [{ url: `${ownUrl}${WEBHOOK_PATH}`, secret }] : [],
    // As lasting as the database: the payments in it are tied to intents there.
    ...(databaseUrl === undefined ? { dataFile: join(env.dataDir, 'stripe-simulator.json') } : {}),
    log: (line) => log.debug({}, line),
  });
  undo.push(() => simulator.close());
  log.warn(
    { url: simulator.url },
    'NO REAL MONEY: STRIPE_SECRET_KEY is unset, so the built-in Stripe simulator takes the payments',
  );
  return simulator;
}
