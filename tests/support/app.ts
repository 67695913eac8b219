import { randomUUID } from 'node:crypto';
import { type Env, loadEnv } from '@/env';
import { createLogger } from '@/observability/logger';
import type { BootOptions } from '@/server/boot';
import { type RunningServer, startServer } from '@/server/start';
import type { PaymentView } from '@/services/payments/view';
import type { Simulator } from '@/stripe/simulator';
import { type Client, type Clients, createClients } from './app-clients';
import { createTestDatabase, type TestDatabase } from './database';
import { assertLiveEventsTyped } from './live-shapes';
import { secretsIn } from './log-scan';
import { waitFor } from './wait-for';

export { type Client, type Clients, refusalOf } from './app-clients';
export * from './app-fixtures';
export { waitFor } from './wait-for';

export interface TestAppOptions {
  /** `next`: every request goes through its Next.js route; needs a build or `dev`. */
  mount?: 'direct' | 'next';
  /** Development server of Next.js for the mount `next`. */
  dev?: boolean;
  /** Variables beside the defaults of a development machine. */
  env?: Record<string, string>;
  /** Run the recovery beside the doors; false unless asked for: tests call its tasks themselves. */
  worker?: boolean;
  /** Clock, processor, settings. */
  app?: BootOptions['app'];
  /** A database to use; the caller drops it. */
  database?: TestDatabase;
}

export interface TestApp extends Clients {
  url: string;
  server: RunningServer;
  simulator: Simulator;
  database: TestDatabase;
  env: Env;
  /** Log lines so far, as written. */
  logLines: readonly string[];
  stop(): Promise<void>;
}

/** The whole service as it runs in production, on a port of its own: database, simulator, doors over real HTTP. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase({ poolSize: 2 }));
  const env = loadEnv({
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    LOG_LEVEL: 'debug',
    SHUTDOWN_GRACE_MS: '2000',
    ...options.env,
  });
  const logLines: string[] = [];
  const log = createLogger({
    level: env.logLevel,
    secrets: [],
    destination: {
      write: (line) => {
        logLines.push(line);
        // Whatever the service calls an error of its own, whoever runs the test wants to see.
        if (line.startsWith('{"level":50')) process.stderr.write(line);
      },
    },
  });
  const server = await startServer({
    env,
    log,
    databaseUrl: database.url,
    mount: options.mount ?? 'direct',
    next: options.mount === 'next',
    dev: options.dev ?? false,
    worker: options.worker ?? false,
    app: options.app,
  });
  if (!server.simulator) throw new Error('a test app needs the simulator: leave STRIPE_SECRET_KEY unset');
  return {
    ...createClients(server.url, env),
    url: server.url,
    server,
    simulator: server.simulator,
    database,
    env,
    logLines,
    stop: async () => {
      await server.stop();
      try {
        // Whatever a test was about, its log holds nothing that opens anything, and no card's number.
        const secrets = secretsIn(logLines);
        if (secrets.length > 0) throw new Error(`the log tells ${secrets.slice(0, 5).join('\n')}`);
        await assertLiveEventsTyped(database.pool);
      } finally {
        // Audits the ledger.
        if (!options.database) await database.drop();
      }
    },
  };
}

/** A key per operation, as a client makes it. */
export function newKey(): string {
  return randomUUID();
}

/** Confirms the payment with a test card the way Stripe.js does: publishable key and client secret, from the browser. */
export async function payWithCard(
  app: TestApp,
  payment: Pick<PaymentView, 'paymentIntentId' | 'clientSecret'>,
  paymentMethod = 'pm_card_visa',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${app.simulator.url}/v1/payment_intents/${payment.paymentIntentId}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.env.stripe.publishableKey}` },
    body: new URLSearchParams({ client_secret: payment.clientSecret ?? '', payment_method: paymentMethod }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The payment once it has the status, as the given client sees it. */
export function waitForStatus(
  client: Client,
  paymentId: string,
  status: PaymentView['status'],
): Promise<PaymentView> {
  return waitFor(`payment ${paymentId} becomes ${status}`, async () => {
    const payment = await client.payments.get.query({ paymentId });
    return payment.status === status ? payment : null;
  });
}
