import { setTimeout as pause } from 'node:timers/promises';
import { TRPCClientError } from '@trpc/client';
import { type Client, type Clients, createClients } from '../support/app-clients';
import type { SeededRestaurant } from '../support/app-fixtures';
import type { CrashNode, SimulatorProcess } from '../support/processes';
import type { Dice } from './dice';

export interface ChaosWorld {
  nodes: readonly CrashNode[];
  simulator: SimulatorProcess;
  env: Parameters<typeof createClients>[1];
  restaurants: readonly SeededRestaurant[];
  /** Answers that no caller may get. */
  breaches: string[];
  /** How often a caller was refused for good, by code. */
  refusals: Map<string, number>;
}

/** The caller of a request. Each try picks a node at random. */
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

/** Error codes after which a client repeats the call with the same idempotency key. */
const REPEATABLE = new Set([
  'PROCESSOR_OUTCOME_UNKNOWN',
  'PROCESSOR_UNAVAILABLE',
  'CREATION_IN_PROGRESS',
  'DATABASE_UNAVAILABLE',
  'IDENTITY_UNAVAILABLE',
]);

/**
 * Makes one call as a client does. It is repeated with the same key, at any node, while there is no answer or the code
 * is repeatable.
 * @returns null when it was refused, or the caller gave up
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

/** Makes a call that must succeed, or the run fails. Repeats it after any error. */
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
