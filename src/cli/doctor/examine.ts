import { type Env, EnvError } from '@/env';
import { createStripeClient } from '@/stripe/client';
import { createInspector } from '@/stripe/inspector';
import { explain } from '../command';
import { openDatabase } from '../open-database';
import { examineAccount } from './account';
import { examineDatabase } from './database';
import { examineEndpoint } from './endpoint';
import { type Finding, fail, ok, warn } from './finding';

const REACH_LIMIT_MS = 5_000;

/** Examines configuration, database and Stripe account, in this order. `readEnv` is src/env.ts's, whose problems are findings. */
export async function examine(readEnv: () => Env, options: { fix: boolean }): Promise<Finding[]> {
  let env: Env;
  try {
    env = readEnv();
  } catch (error) {
    if (error instanceof EnvError) return error.problems.map((problem) => fail('configuration', problem));
    throw error;
  }
  const database = await withDatabase(env);
  return [
    ok('configuration', `${env.mode} mode`),
    ...env.warnings.map((text) => warn('configuration', text)),
    ...database.findings,
    ...(await examineStripe(env, database.currencies, options.fix)),
  ];
}

async function withDatabase(env: Env): ReturnType<typeof examineDatabase> {
  try {
    const database = await openDatabase(env);
    try {
      return await examineDatabase(database.url, env.database.poolSize);
    } finally {
      await database.close();
    }
  } catch (error) {
    return { findings: [fail('database', explain(error))], currencies: [] };
  }
}

async function examineStripe(env: Env, currencies: readonly string[], fix: boolean): Promise<Finding[]> {
  if (env.simulator)
    return [warn('Stripe', 'STRIPE_SECRET_KEY is unset: the built-in simulator takes the payments.')];
  const client = createStripeClient({
    secretKey: env.stripe.secretKey,
    ...(env.stripe.apiBase === undefined ? {} : { apiBase: env.stripe.apiBase }),
    apiVersion: env.stripe.apiVersion,
    timeoutMs: env.stripe.timeoutMs,
  });
  try {
    const inspector = createInspector(client);
    return [
      ...(await examineAccount(env, inspector, currencies)),
      ...(await examineEndpoint(env, inspector, fix)),
      await examineReach(env),
    ];
  } finally {
    client.close();
  }
}

/** Whether WEBHOOK_BASE_URL leads to this service: its door refuses anything but POST. */
async function examineReach(env: Env): Promise<Finding> {
  const url = `${env.server.webhookBaseUrl}/api/webhooks/stripe`;
  const item = 'webhook address';
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(REACH_LIMIT_MS) });
    await response.body?.cancel();
    if (response.status === 405) return ok(item, `${url} leads to this service`);
    return warn(item, `${url} answers ${response.status} instead of 405: does it lead to this service?`);
  } catch {
    return warn(
      item,
      `${url} does not answer from here: start the service, or check name, proxy and firewall.`,
    );
  }
}
