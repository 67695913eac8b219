import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { CHECKPOINTS, type Checkpoint } from '@/services/checkpoints';
import type { ChaosWorld } from './chaos-callers';
import type { ChaosDatabase } from './chaos-database';
import type { Dice } from './chaos-dice';
import { makeOlder } from './chaos-settle';
import type { CrashNode } from './processes';

export interface Storm {
  isOver: boolean;
  /** Deaths at each named point, and of no point in particular. */
  kills: Map<Checkpoint | 'anywhere', number>;
  restarts: number;
  cuts: number;
  /** Of the clock that a node's rules are given, and of the machine's as a node sees it. */
  jumps: number;
  machineJumps: number;
}

export function newStorm(): Storm {
  return { isOver: false, kills: new Map(), restarts: 0, cuts: 0, jumps: 0, machineJumps: 0 };
}

/** How long a node may live on when nothing passes the point at which it should die. */
const PATIENCE_MS = 6_000;

const LOOK_MS = 250;

/**
 * Kills a node at each named point in turn and at no point in particular, and starts it again, until the storm is over. A start
 * loads the whole program: nodes that die more often do little else.
 * @param peaceMs how long it is left alone before it is to die, on average
 */
export async function killAgainAndAgain(
  node: CrashNode,
  dice: Dice,
  storm: Storm,
  peaceMs: number,
): Promise<void> {
  let points: Checkpoint[] = [];
  while (await lastsAnother(storm, dice.below(2 * peaceMs))) {
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
  }
}

/** The database may be away just now: whoever runs a node starts it again until it stays. */
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

/** Waits so long, or until the storm is over. @returns whether it goes on */
async function lastsAnother(storm: Storm, ms: number): Promise<boolean> {
  for (let leftMs = ms; leftMs > 0 && !storm.isOver; leftMs -= LOOK_MS)
    await pause(Math.min(leftMs, LOOK_MS));
  return !storm.isOver;
}

/** Cuts connections of the service, and restarts the server now and then. @param peaceMs half the shortest time without */
export async function troubleDatabase(
  database: ChaosDatabase,
  pool: Pick<Pool, 'query'>,
  dice: Dice,
  storm: Storm,
  peaceMs: number,
): Promise<void> {
  while (await lastsAnother(storm, 2 * peaceMs + dice.below(4 * peaceMs))) {
    // The first is a restart, so that no storm is without.
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
  }
}

/** Lets time pass for what was left: unfinished calls get old, forgotten holds come to their end; clocks of nodes go wrong. */
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
