import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { CHECKPOINTS, type Checkpoint } from '@/services/checkpoints';
import type { CrashNode } from '../support/processes';
import type { ChaosWorld } from './callers';
import type { ChaosDatabase } from './database';
import type { Dice } from './dice';
import { makeOlder } from './settle';

export interface Storm {
  isOver: boolean;
  /** Kills at each checkpoint, and at random moments. */
  kills: Map<Checkpoint | 'anywhere', number>;
  restarts: number;
  cuts: number;
  /** Jumps of the clock that is injected into a node. */
  jumps: number;
  /** Jumps of the machine's clock as a node sees it (libfaketime). */
  machineJumps: number;
}

export function newStorm(): Storm {
  return { isOver: false, kills: new Map(), restarts: 0, cuts: 0, jumps: 0, machineJumps: 0 };
}

/** How long to wait for a node to pass the checkpoint at which it is to be killed. */
const PATIENCE_MS = 6_000;

const LOOK_MS = 250;
const FIRST_MS = 1_000;

/**
 * Until the storm is over, kills a node at each checkpoint in turn or at a random moment, and starts it again. A start
 * loads the whole program, so a node that is killed too often does little else.
 * @param peaceMs mean time that the node runs before it is killed
 */
export async function killAgainAndAgain(
  node: CrashNode,
  dice: Dice,
  storm: Storm,
  peaceMs: number,
): Promise<void> {
  let points: Checkpoint[] = [];
  // The first comes soon, so that every storm has one.
  await lastsAnother(storm, Math.min(peaceMs, FIRST_MS));
  do {
    if (points.length === 0) points = shuffled(CHECKPOINTS, dice);
    const point = dice.chance(0.85) ? points.pop() : undefined;
    let died = false;
    if (point !== undefined) {
      node.arm(point, 1 + dice.below(2));
      died = await Promise.race([pause(PATIENCE_MS, false), node.ended().then(() => true)]);
      node.disarm();
    }
    if (!died) await node.kill();
    const how = died && point !== undefined ? point : 'anywhere';
    storm.kills.set(how, (storm.kills.get(how) ?? 0) + 1);
    await startAnyhow(node);
  } while (await lastsAnother(storm, dice.below(2 * peaceMs)));
}

/** Starts a node, and tries again when it fails: the database may be down at that moment. */
async function startAnyhow(node: CrashNode): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await node.start();
    } catch (error) {
      if (tries === 20) throw error;
      await pause(200);
    }
  }
}

/** Waits for `ms`, or until the storm is over. @returns whether the storm goes on */
async function lastsAnother(storm: Storm, ms: number): Promise<boolean> {
  for (let leftMs = ms; leftMs > 0 && !storm.isOver; leftMs -= LOOK_MS)
    await pause(Math.min(leftMs, LOOK_MS));
  return !storm.isOver;
}

/**
 * Cuts database connections of the service, and sometimes restarts the server.
 * @param peaceMs half the shortest time between two faults
 */
export async function troubleDatabase(
  database: ChaosDatabase,
  pool: Pick<Pool, 'query'>,
  dice: Dice,
  storm: Storm,
  peaceMs: number,
): Promise<void> {
  // The first comes soon and is a restart, so that every storm has one.
  await lastsAnother(storm, Math.min(2 * peaceMs, 2 * FIRST_MS));
  do {
    if (storm.restarts === 0 || dice.chance(0.25)) {
      await database.restart(dice.chance(0.5) ? 'fast' : 'immediate');
      storm.restarts += 1;
    } else {
      const share = dice.pick([0.3, 1]);
      const cut = await pool
        .query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
             AND application_name <> 'tabsy-auditor' AND pid <> pg_backend_pid() AND random() < $1`,
          [share],
        )
        .catch(() => null);
      storm.cuts += cut?.rowCount ?? 0;
    }
  } while (await lastsAnother(storm, 2 * peaceMs + dice.below(4 * peaceMs)));
}

/** Until the storm is over, ages unfinished calls, expires some open payments, and makes the clocks of nodes wrong. */
export async function passTime(
  world: ChaosWorld,
  pool: Pick<Pool, 'query'>,
  dice: Dice,
  storm: Storm,
): Promise<void> {
  while (!storm.isOver) {
    await pause(500);
    await makeOlder(pool).catch(() => undefined);
    await pool
      .query(
        `UPDATE payments SET expires_at = now() WHERE id IN (SELECT id FROM payments WHERE status IN ('PENDING', 'FAILED')
           AND expires_at > now() AND created_at < now() - interval '5 seconds' ORDER BY id LIMIT 3)`,
      )
      .catch(() => undefined);
    if (dice.chance(0.2)) {
      const node = dice.pick(world.nodes);
      const byMs = dice.pick([-90_000, -5_000, 0, 5_000, 90_000]);
      if (dice.chance(0.5) && (await node.jumpMachine(byMs))) storm.machineJumps += 1;
      else {
        node.jump(byMs);
        storm.jumps += 1;
      }
    }
  }
  for (const node of world.nodes) {
    node.jump(0);
    await node.jumpMachine(0);
  }
}

function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const left = [...items];
  return Array.from({ length: left.length }, () => left.splice(dice.below(left.length), 1)).flat();
}
