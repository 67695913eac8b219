import { CHECKPOINTS } from '@/services/checkpoints';
import { audit } from './auditor/audit';
import { auditSettled } from './auditor/settled';
import type { ChaosWorld } from './callers';
import type { ChaosDatabase } from './database';
import { createDice, type Dice } from './dice';
import { releaseFaults } from './faults';
import { reconcile } from './reconcile';
import { catchUp, expireAll, settle } from './settle';
import { setChaosStage } from './stage';
import { playStory, writeStories } from './stories';
import { killAgainAndAgain, newStorm, passTime, type Storm, troubleDatabase } from './weather';

export interface ChaosOptions {
  seed: number;
  /** How many payments guests intend to make. */
  payments: number;
  nodes: number;
  /** How many tables are served concurrently; 16 when absent. */
  tables?: number;
  /**
   * Mean time that a node runs before it is killed, and half the shortest time between two faults of the database.
   * 1,000 when absent.
   */
  peaceMs?: number;
  database: ChaosDatabase;
  /** After this time no process is killed and no connection cut, though guests go on. No limit when absent. */
  stormLimitMs?: number;
  log(line: string): void;
}

export interface ChaosResult {
  seed: number;
  payments: number;
  events: number;
  tables: number;
  peaceMs: number;
  kills: number;
  /** Of the database. */
  restarts: number;
  /** Times that the machine's clock of a node was set; 0 where libfaketime is not installed. */
  machineJumps: number;
  breaches: string[];
}

const TABLES = 16;
const PEACE_MS = 1_000;
const LONGEST_STORM_MS = 86_400_000;

/**
 * Lets guests pay while calls, webhooks, connections, the database and whole processes fail. Then ends all faults,
 * waits until the recovery is done and audits the books, once with open payments and once after these have expired.
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
  const storm = newStorm();
  const limit = setTimeout(() => {
    storm.isOver = true;
  }, options.stormLimitMs ?? LONGEST_STORM_MS);
  try {
    log('nodes, simulator and restaurants are ready');
    await releaseFaults(world.simulator, () => dice.below(2 ** 31));
    const weather = Promise.all([
      ...world.nodes.map((node) => killAgainAndAgain(node, dice.fork(), storm, peaceMs)),
      troubleDatabase(database, pool, dice.fork(), storm, peaceMs),
      passTime(world, pool, dice.fork(), storm),
    ]);
    const serving = serve(world, dice, options.payments, tables);
    // If either fails, the run fails at once.
    await Promise.race([serving, weather]);
    await serving;
    storm.isOver = true;
    log('all guests are done');
    await weather;
    tellOf(storm, log);
    const crashes = world.nodes.reduce((sum, node) => sum + node.crashes(), 0);
    if (crashes > 0) world.breaches.push(`nodes ended by themselves ${crashes} times`);

    await settle(world.simulator, pool);
    log('all work is finished');
    const atRest = await audit(await world.simulator.control('state'), pool);
    await expireAll(pool);
    log('every open payment has expired');
    await settle(world.simulator, pool);
    await catchUp(pool);
    await reconcile(world);
    log('figures are counted and everything is reconciled');
    const state = await world.simulator.control('state');
    const atTheEnd = [...(await audit(state, pool)), ...(await auditSettled(state, pool))];
    const breaches = new Set([...world.breaches, ...atRest, ...atTheEnd]);
    const { rows } = await pool.query<{ status: string; count: number }>(
      'SELECT status::text, count(*)::int FROM payments GROUP BY 1 ORDER BY 1',
    );
    const payments = rows.reduce((sum, row) => sum + row.count, 0);
    // A storm with hardly any payment would prove nothing.
    const cancelled = rows.find((row) => row.status === 'CANCELLED')?.count ?? 0;
    if (payments - cancelled < options.payments / 4)
      breaches.add(`only ${payments - cancelled} of ${options.payments} payments were made`);
    const refusals = [...world.refusals].map(([code, count]) => `${count} ${code}`);
    log(`callers were refused: ${refusals.join(', ')}`);
    log(`payments: ${rows.map((row) => `${row.count} ${row.status}`).join(', ')}`);
    const kills = [...storm.kills.values()].reduce((sum, count) => sum + count, 0);
    const { restarts, machineJumps } = storm;
    const events = state.events.length;
    return {
      seed,
      payments,
      events,
      tables,
      peaceMs,
      kills,
      restarts,
      machineJumps,
      breaches: [...breaches],
    };
  } finally {
    clearTimeout(limit);
    // A run that failed: nothing is killed, and started again, once its processes end.
    storm.isOver = true;
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
  if (missed.length > 0) log(`no kill at: ${missed.join(', ')}`);
  log(`database: ${storm.restarts} restarts, ${storm.cuts} connections cut`);
  const machine = storm.machineJumps === 0 ? 'not run' : `${storm.machineJumps} times`;
  log(
    `clocks of nodes were set wrong: the injected one ${storm.jumps} times, the machine's (libfaketime) ${machine}`,
  );
}
