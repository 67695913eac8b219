import { setTimeout as pause } from 'node:timers/promises';
import { TRPCClientError } from '@trpc/client';
import { type Client, type Clients, createClients } from './app-clients';
import type { SeededRestaurant } from './app-fixtures';
import type { Dice } from './chaos-dice';
import type { CrashNode, SimulatorProcess } from './processes';

export interface ChaosWorld {
  nodes: readonly CrashNode[];
  simulator: SimulatorProcess;
  env: Parameters<typeof createClients>[1];
  restaurants: readonly SeededRestaurant[];
  /** What callers saw and must never see. */
  breaches: string[];
  /** How often a caller was refused for good, by code. */
  refusals: Map<string, number>;
}

/** As whom a call is made; the node is chosen anew for each try. */
export type Who = (clients: Clients) => Client | Promise<Client>;

export const asService: Who = (clients) => clients.asService();
export const asStaff =
  ({ staffId }: SeededRestaurant): Who =>
  (clients) =>
    clients.asStaff(staffId);
export const asGuest =
  (guestSessionId: string): Who =>
  (clients) =>
    clients.asGuest(guestSessionId);
export const asCustomer =
  (userId: string): Who =>
  (clients) =>
    clients.asCustomer(userId);

const MAX_TRIES = 300;
const PAUSE_MS = 100;

/** What a client is told to repeat with the same key. */
const REPEATABLE = new Set([
  'PROCESSOR_OUTCOME_UNKNOWN',
  'PROCESSOR_UNAVAILABLE',
  'CREATION_IN_PROGRESS',
  'DATABASE_UNAVAILABLE',
  'IDENTITY_UNAVAILABLE',
]);

/**
 * Does one thing as a client does it: no answer, an unknown outcome or a creation under way are repeated with the same key,
 * at any node. Null: it was refused, or the caller has given up.
 */
export async function attempt<T>(
  world: ChaosWorld,
  dice: Dice,
  who: Who,
  call: (client: Client) => Promise<T>,
): Promise<T | null> {
  const patience = dice.chance(0.1) ? 1 : MAX_TRIES;
  for (let tries = 0; tries < patience; tries++) {
    const { url } = dice.pick(world.nodes);
    try {
      return await call(await who(createClients(url, world.env)));
    } catch (error) {
      if (!(error instanceof TRPCClientError)) throw error;
      const code: string | undefined = error.data?.appCode;
      if (code === 'INTERNAL' || error.data?.httpStatus === 500) {
        world.breaches.push(`a caller of ${error.data?.path} was answered 500: ${error.message}`);
        return null;
      }
      if (code !== undefined && !REPEATABLE.has(code)) {
        world.refusals.set(code, (world.refusals.get(code) ?? 0) + 1);
        return null;
      }
    }
    await pause(PAUSE_MS);
  }
  return null;
}

/** The same for what must happen, or there is nothing to test. */
export async function anyhow<T>(
  world: ChaosWorld,
  dice: Dice,
  who: Who,
  call: (client: Client) => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call(await who(createClients(dice.pick(world.nodes).url, world.env)));
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
    }
    await pause(PAUSE_MS);
  }
}
