import { CHECKPOINTS } from '@/services/checkpoints';
import { audit } from './auditor';
import type { ChaosWorld } from './chaos-callers';
import type { ChaosDatabase } from './chaos-database';
import { createDice, type Dice } from './chaos-dice';
import { releaseFaults } from './chaos-faults';
import { expireAll, settle } from './chaos-settle';
import { setChaosStage } from './chaos-stage';
import { playStory, writeStories } from './chaos-stories';
import { killAgainAndAgain, newStorm, passTime, type Storm, troubleDatabase } from './chaos-weather';

export interface ChaosOptions {
  seed: number;
  /** How many payments guests want to make. */
  payments: number;
  nodes: number;
  /** How many tables are served at a time; 16 when absent. */
  tables?: number;
  /** How long a node is left alone before it is to die, on average, and half the shortest time between two troubles of the database; 1,000 when absent. */
  peaceMs?: number;
  database: ChaosDatabase;
  /** After so long nobody is killed and nothing is cut any more, though guests are still there. No limit when absent. */
  stormLimitMs?: number;
  log(line: string): void;
}

export interface ChaosResult {
  seed: number;
  payments: number;
  events: number;
  kills: number;
  breaches: string[];
}

const TABLES = 16;
const PEACE_MS = 1_000;
const LONGEST_STORM_MS = 86_400_000;

/**
 * Lets guests pay while everything fails that can: calls, webhooks, connections, the database and whole processes. Then lets
 * it rest and asks the auditor, once with what is still open and once after its time is over.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, database, tables = TABLES, peaceMs = PEACE_MS } = options;
  const startedMs = performance.now();
  const log = (line: string) =>
    options.log(`${Math.round((performance.now() - startedMs) / 1000)} s: ${line}`);
  const dice = createDice(seed);
  const stage = await setChaosStage({
    nodes: options.nodes,
    databaseUrl: database.url,
    moreCurrencies: ['EUR', 'JPY'],
  });
  const { world, pool } = stage;
  try {
    log('the stage is set');
    await releaseFaults(world.simulator, () => dice.below(2 ** 31));
    const storm = newStorm();
    const weather = Promise.all([
      ...world.nodes.map((node) => killAgainAndAgain(node, dice.fork(), storm, peaceMs)),
      troubleDatabase(database, pool, dice.fork(), storm, peaceMs),
      passTime(world, pool, dice.fork(), storm),
    ]);
    const limit = setTimeout(() => {
      storm.isOver = true;
    }, options.stormLimitMs ?? LONGEST_STORM_MS);
    const serving = serve(world, dice, options.payments, tables);
    // Whichever of the two fails, the run fails at once.
    await Promise.race([serving, weather]);
    await serving;
    storm.isOver = true;
    clearTimeout(limit);
    log('everybody has gone home');
    await weather;
    tellOf(storm, log);
    const crashes = world.nodes.reduce((sum, node) => sum + node.crashes(), 0);
    if (crashes > 0) world.breaches.push(`nodes ended by themselves ${crashes} times`);

    await settle(world.simulator, pool);
    log('at rest');
    const atRest = await audit(await world.simulator.control('state'), pool);
    await expireAll(pool);
    log('every hold has ended');
    await settle(world.simulator, pool);
    const state = await world.simulator.control('state');
    const breaches = new Set([...world.breaches, ...atRest, ...(await audit(state, pool))]);
    const { rows } = await pool.query<{ status: string; count: number }>(
      'SELECT status::text, count(*)::int FROM payments GROUP BY 1 ORDER BY 1',
    );
    const payments = rows.reduce((sum, row) => sum + row.count, 0);
    // A storm in which hardly anybody got to pay would prove nothing.
    const cancelled = rows.find((row) => row.status === 'CANCELLED')?.count ?? 0;
    if (payments - cancelled < options.payments / 4)
      breaches.add(`only ${payments - cancelled} of ${options.payments} payments were made`);
    const refusals = [...world.refusals].map(([code, count]) => `${count} ${code}`);
    log(`callers were refused: ${refusals.join(', ')}`);
    log(`at rest: ${rows.map((row) => `${row.count} ${row.status}`).join(', ')}`);
    const kills = [...storm.kills.values()].reduce((sum, count) => sum + count, 0);
    return { seed, payments, events: state.events.length, kills, breaches: [...breaches] };
  } finally {
    await stage.end();
  }
}

async function serve(world: ChaosWorld, dice: Dice, payments: number, tables: number): Promise<void> {
  const stories = writeStories(dice, payments);
  let next = 0;
  const oneTable = async () => {
    for (let story = stories[next++]; story; story = stories[next++]) await playStory(world, story);
  };
  await Promise.all(Array.from({ length: tables }, oneTable));
}

function tellOf(storm: Storm, log: ChaosOptions['log']): void {
  const kills = [...storm.kills].map(([where, count]) => `${count} ${where}`);
  log(`the storm is over; killed: ${kills.join(', ')}`);
  const missed = CHECKPOINTS.filter((point) => !storm.kills.has(point));
  if (missed.length > 0) log(`nobody died at: ${missed.join(', ')}`);
  log(`database: ${storm.restarts} restarts, ${storm.cuts} connections cut`);
  const machine = storm.machineJumps === 0 ? 'not run' : `${storm.machineJumps} times`;
  log(
    `clocks of nodes jumped: the injected one ${storm.jumps} times, the machine's (libfaketime) ${machine}`,
  );
}
