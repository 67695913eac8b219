import { randomUUID } from 'node:crypto';
import { type Env, loadEnv } from '@/env';
import { createLogger } from '@/observability/logger';
import { type RunningServer, startServer } from '@/server/start';
import { type Client, createClients } from '../support/app-clients';
import {
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
} from '../support/app-fixtures';

/** A service in this process with its simulator, and a restaurant whose guests pay. */
export interface LifeStage {
  env: Env;
  server: RunningServer;
  service: Client;
  at: SeededRestaurant;
  session: SeededSession;
  guest: Client;
  stop(): Promise<void>;
}

export async function startLife(databaseUrl: string): Promise<LifeStage> {
  const env = loadEnv({
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'silent',
  });
  const log = createLogger({ level: 'silent', secrets: [] });
  const server = await startServer({ env, log, databaseUrl, mount: 'direct', next: false, worker: false });
  const clients = createClients(server.url, env);
  const service = await clients.asService();
  const at = await seedRestaurant(service);
  const session = await seedSession(service, at);
  return {
    env,
    server,
    service,
    at,
    session,
    guest: clients.asGuest(session.guests[0]),
    stop: () => server.stop(),
  };
}

/**
 * One payment from the synced order to the last webhook, as a guest makes it. @returns what the guest waited for
 * payments.create, in milliseconds, the simulator included
 */
export async function liveOnce(stage: LifeStage): Promise<{ createMs: number; paymentId: string }> {
  const { service, at, session, guest, server, env } = stage;
  const orderId = await seedOrder(service, at, { session });
  const startedMs = performance.now();
  const payment = await guest.payments.create.mutate({ orderId, tipMinor: 0, idempotencyKey: randomUUID() });
  const createMs = performance.now() - startedMs;
  const response = await fetch(
    `${server.simulator?.url}/v1/payment_intents/${payment.paymentIntentId}/confirm`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${env.stripe.publishableKey}` },
      body: new URLSearchParams({
        client_secret: payment.clientSecret ?? '',
        payment_method: 'pm_card_visa',
      }),
    },
  );
  if (!response.ok) throw new Error(`the card was answered ${response.status}`);
  await response.arrayBuffer();
  return { createMs, paymentId: payment.id };
}
