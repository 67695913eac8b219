import type { Pool } from 'pg';
import { createPool } from '@/db/pool';
import { loadEnv } from '@/env';
import { createClients } from './app-clients';
import { type SeededRestaurant, seedRestaurant } from './app-fixtures';
import type { ChaosWorld } from './chaos-callers';
import { createFakeTime } from './faketime';
import { bundlePrograms, createNode, startSimulatorProcess } from './processes';

export interface ChaosStage {
  world: ChaosWorld;
  /** The first of its restaurants. */
  at: SeededRestaurant;
  pool: Pool;
  /** Ends every process that was started. */
  end(): Promise<void>;
}

/** Simulator and nodes in processes of their own, a restaurant per currency, and a way to the database for the auditor. */
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
    // What one of them logged may fail its end: the others end all the same.
    const ends = await Promise.allSettled(nodes.map((node) => node.stop()));
    ends.push(...(await Promise.allSettled([simulator.stop(), pool.end(), programs.remove()])));
    for (const ended of ends) if (ended.status === 'rejected') throw ended.reason;
  };
  try {
    const [secret = ''] = env.stripe.webhookSecrets;
    // Every node gets every event: what a balancer gives to one, two apply here at the same time.
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
