import type { Pool } from 'pg';
import { createPool } from '@/db/pool';
import { loadEnv } from '@/env';
import { createClients } from '../support/app-clients';
import { type SeededRestaurant, seedRestaurant } from '../support/app-fixtures';
import { createFakeTime } from '../support/faketime';
import { bundlePrograms, createNode, startSimulatorProcess } from '../support/processes';
import type { ChaosWorld } from './callers';

export interface ChaosStage {
  world: ChaosWorld;
  /** The first restaurant. */
  at: SeededRestaurant;
  pool: Pool;
  /** Ends every process that was started. */
  end(): Promise<void>;
}

/** Starts simulator and nodes as processes, seeds a restaurant per currency, and opens the auditor's database pool. */
export async function setChaosStage(options: {
  nodes: number;
  databaseUrl: string;
  moreCurrencies?: readonly string[];
}): Promise<ChaosStage> {
  const programs = await bundlePrograms();
  const simulator = await startSimulatorProcess(programs);
  const env = loadEnv({ NODE_ENV: 'test', DATABASE_URL: options.databaseUrl });
  const nodes = await Promise.all(
    Array.from({ length: options.nodes }, async () =>
      createNode(programs, {
        databaseUrl: options.databaseUrl,
        simulatorUrl: simulator.url,
        fakeTime: await createFakeTime(),
      }),
    ),
  );
  const pool = createPool({
    url: options.databaseUrl,
    max: 2,
    applicationName: 'tabsy-auditor',
    onError: () => undefined,
  });
  const end = async () => {
    // A node's stop may fail by what it logged. The others are stopped all the same.
    const ends = await Promise.allSettled(nodes.map((node) => node.stop()));
    ends.push(...(await Promise.allSettled([simulator.stop(), pool.end(), programs.remove()])));
    for (const ended of ends) if (ended.status === 'rejected') throw ended.reason;
  };
  try {
    const [secret = ''] = env.stripe.webhookSecrets;
    // Every node gets every event, so that nodes apply the same event at the same time.
    for (const node of nodes) {
      await simulator.control('addWebhookEndpoint', { url: `${node.url}/api/webhooks/stripe`, secret });
    }
    await Promise.all(nodes.map((node) => node.start()));
    const service = await createClients(nodes[0]?.url ?? '', env).asService();
    const at = await seedRestaurant(service);
    const restaurants = [at];
    for (const currency of options.moreCurrencies ?? [])
      restaurants.push(await seedRestaurant(service, { currency }));
    const world: ChaosWorld = { nodes, simulator, env, restaurants, breaches: [], refusals: new Map() };
    return { world, at, pool, end };
  } catch (error) {
    await end();
    throw error;
  }
}
