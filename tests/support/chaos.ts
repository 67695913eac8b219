import { setTimeout as pause } from 'node:timers/promises';
import { CHECKPOINTS } from '@/services/checkpoints';
import { audit } from './auditor';
import { createDice, type Dice } from './chaos-dice';
import { releaseFaults } from './chaos-faults';
import { type ChaosWorld, playStory } from './chaos-guests';
import { expireAll, settle } from './chaos-settle';
import { setChaosStage } from './chaos-stage';
import type { CrashNode } from './processes';

export interface ChaosOptions {
  seed: number;
  payments: number;
  nodes: number;
  /** Migrated and empty. */
  databaseUrl: string;
  log(line: string): void;
}

export interface ChaosResult {
  seed: number;
  payments: number;
  events: number;
  kills: number;
  breaches: string[];
}

/** How many tables are served at a time. */
const TABLES = 8;
const SHORTEST_PEACE_MS = 300;
const LONGEST_PEACE_MS = 1_500;

/**
 * Lets guests pay while everything fails that can: calls, webhooks and whole processes. Then lets it rest and asks the
 * auditor, once with what is still open and once after its time is over.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const dice = createDice(options.seed);
  const stage = await setChaosStage(options);
  const { world, pool } = stage;
  try {
    await releaseFaults(world.simulator, () => dice.below(2 ** 31));
    const storm = { isOver: false, kills: 0 };
    const killing = killAgainAndAgain(world.nodes, dice.fork(), storm);
    await serve(world, dice, options.payments);
    storm.isOver = true;
    await killing;
    options.log(`${options.payments} payments under ${storm.kills} kills; the storm is over`);

    await settle(world.simulator, pool);
    const atRest = await audit(await world.simulator.control('state'), pool);
    await expireAll(pool);
    await settle(world.simulator, pool);
    const state = await world.simulator.control('state');
    const breaches = new Set([...world.breaches, ...atRest, ...(await audit(state, pool))]);
    const { rows } = await pool.query(
      'SELECT status::text, count(*)::int FROM payments GROUP BY 1 ORDER BY 1',
    );
    // A storm in which hardly anybody got to pay would prove nothing.
    const paid = rows.filter((row) => row.status !== 'CANCELLED').reduce((sum, row) => sum + row.count, 0);
    if (paid < options.payments / 4) breaches.add(`only ${paid} of ${options.payments} payments were made`);
    const refusals = [...world.refusals].map(([code, count]) => `${count} ${code}`);
    options.log(`callers were refused: ${refusals.join(', ')}`);
    options.log(`at rest: ${rows.map((row) => `${row.count} ${row.status}`).join(', ')}`);
    return {
      seed: options.seed,
      payments: options.payments,
      events: state.events.length,
      kills: storm.kills,
      breaches: [...breaches],
    };
  } finally {
    await stage.end();
  }
}

async function serve(world: ChaosWorld, dice: Dice, payments: number): Promise<void> {
  const stories = Array.from({ length: payments }, () => dice.fork());
  let next = 0;
  const table = async () => {
    for (let story = stories[next++]; story; story = stories[next++]) await playStory(world, story);
  };
  await Promise.all(Array.from({ length: TABLES }, table));
}

/** Kills nodes at named points and at no point in particular, and starts them again, until the storm is over. */
async function killAgainAndAgain(
  nodes: readonly CrashNode[],
  dice: Dice,
  storm: { isOver: boolean; kills: number },
): Promise<void> {
  const points = CHECKPOINTS.filter((name) => name !== 'relay.after-read');
  while (!storm.isOver) {
    const node = dice.pick(nodes);
    const peaceMs = SHORTEST_PEACE_MS + dice.below(LONGEST_PEACE_MS - SHORTEST_PEACE_MS);
    if (dice.chance(0.7)) node.arm(dice.pick(points), 1 + dice.below(3));
    await Promise.race([pause(peaceMs), ...nodes.map((each) => each.ended())]);
    if (dice.chance(0.3)) await node.kill();
    for (const each of nodes) {
      if (each.isUp()) continue;
      storm.kills += 1;
      await each.start();
    }
  }
  for (const node of nodes) node.disarm();
}
