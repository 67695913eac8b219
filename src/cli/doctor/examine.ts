import type { Env, JudgedEnv } from '@/env';
import { createStripeClient } from '@/stripe/client';
import { createInspector } from '@/stripe/inspector';
import { explain } from '../command';
import { openDatabase } from '../open-database';
import { examineAccount } from './account';
import { examineDatabase } from './database';
import { examineEndpoint } from './endpoint';
import { type Finding, fail, ok, warn } from './finding';
import { examineNeighbours } from './neighbours';

const REACH_LIMIT_MS = 5_000;

/** Examines configuration, database, Stripe account and what else is configured, in this order. */
export async function examine(judged: JudgedEnv, options: { fix: boolean }): Promise<Finding[]> {
  const problems = judged.problems.map((problem) => fail('configuration', problem));
  const env = judged.settings;
  if (env === null) return problems;
  const database = await withDatabase(env);
  return [
    ...problems,
    examineMode(env),
    ...env.warnings.map((text) => warn('configuration', text)),
    ...database.findings,
    ...(await examineNeighbours(env)),
    ...(await examineStripe(env, database.currencies, options.fix)),
  ];
}

/** Of a deployment that forgot its mode everything else looks well, as development's rules are the mild ones. */
function examineMode({ mode, simulator }: Env): Finding {
  if (mode !== 'development' || simulator) return ok('configuration', `${mode} mode`);
  return warn(
    'configuration',
    'development mode, though Stripe keys are set: for the rules of production set NODE_ENV=production (in .env).',
  );
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
