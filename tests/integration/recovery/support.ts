import { expect } from 'vitest';
import type { Checkpoint } from '@/services/checkpoints';
import type { Deps } from '@/services/context';
import { retryEvents } from '@/services/inbox/retry';
import { finishCalls } from '@/services/recovery/finish-calls';
import type { FaultKind } from '@/stripe/simulator/http/faults';
import { audit } from '../../chaos/auditor/audit';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  type TestAppOptions,
  waitForStatus,
} from '../../support/app';
import { passInboxTime } from '../../support/inbox-time';

/** The eight ways in which a call to the processor fails. A declined card is none: the processor has answered. */
export const FAULTS = [
  'rate_limit',
  'server_error',
  'server_error_after_execution',
  'conflict',
  'hang',
  'hang_after_execution',
  'reset',
  'lost_answer',
] as const satisfies readonly FaultKind[];
export type Fault = (typeof FAULTS)[number];

/** A service with short time limits and no worker: each test says itself which part of the recovery looks when. */
export interface RecoveryStage {
  app: TestApp;
  at: SeededRestaurant;
  session: SeededSession;
  guest: Client;
  /** What a worker works with: batch priority, and a clock of its own, as the doors' one also judges tokens and signatures. */
  deps: Deps;
  clock: { now(): Date; move(ms: number): void; reset(): void };
  /** Whoever passes this point next dies there: what follows in its process never happens. */
  dieAt(name: Checkpoint): void;
  stop(): Promise<void>;
}

const RETRIES_ARE_DUE_MS = 60_000;

export class Died extends Error {
  override readonly name = 'Died';
}

export async function startStage(options: TestAppOptions = {}): Promise<RecoveryStage> {
  let offsetMs = 0;
  const clock = {
    now: () => new Date(Date.now() + offsetMs),
    move: (ms: number) => {
      offsetMs += ms;
    },
    reset: () => {
      offsetMs = 0;
    },
  };
  const deadly = new Set<Checkpoint>();
  const app = await startTestApp({
    ...options,
    env: { STRIPE_TIMEOUT_MS: '500', LOG_LEVEL: 'warn', ...options.env },
    app: {
      checkpoint: (name) => {
        if (deadly.delete(name)) throw new Died(name);
      },
    },
  });
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const session = await seedSession(service, at);
  return {
    app,
    at,
    session,
    guest: app.asGuest(session.guests[0]),
    deps: { ...app.server.app.deps, clock, processor: app.server.app.batchProcessor },
    clock,
    dieAt: (name) => void deadly.add(name),
    stop: () => app.stop(),
  };
}

export type Opened = Awaited<ReturnType<typeof openPayment>>;

/** A card payment of a new order of 25.00 + 2.00 tax, with its intent. */
export async function openPayment({ app, at, session, guest }: RecoveryStage, tipMinor = 0) {
  const orderId = await seedOrder(await app.asService(), at, { session });
  const input = { orderId, tipMinor, idempotencyKey: newKey() };
  const payment = await guest.payments.create.mutate(input);
  return { ...payment, orderId, input, intentId: payment.paymentIntentId ?? '' };
}

/** The same, paid and COMPLETED. */
export async function paidPayment(stage: RecoveryStage): Promise<Opened> {
  const payment = await openPayment(stage);
  await payWithCard(stage.app, payment);
  await waitForStatus(stage.guest, payment.id, 'COMPLETED');
  return payment;
}

/** Makes calls that were just made as old as the janitor wants them. */
export async function age({ app }: RecoveryStage, paymentId: string): Promise<void> {
  await app.database.pool.query(
    `UPDATE payments SET creation_started_at = creation_started_at - interval '1 minute', checked_at = NULL,
       change_started_at = change_started_at - interval '1 minute' WHERE id = $1`,
    [paymentId],
  );
  await app.database.pool.query(
    `UPDATE payment_refunds SET created_at = created_at - interval '1 minute', checked_at = NULL WHERE payment_id = $1`,
    [paymentId],
  );
}

/** The janitor's rounds, half a minute apart, until it finds nothing to do. */
export async function janitor(stage: RecoveryStage, paymentId: string): Promise<number> {
  for (let rounds = 0; rounds < 5; rounds++) {
    await age(stage, paymentId);
    if ((await finishCalls(stage.deps, { afterSec: 30 })) === 0) return rounds;
  }
  throw new Error('the janitor never comes to rest');
}

export async function paymentRow({ app }: Pick<RecoveryStage, 'app'>, paymentId: string) {
  const { rows } = await app.database.pool.query(
    `SELECT status::text, creation_state AS "creationState", creation_attempt AS attempt, total_amount AS "totalMinor",
       payment_intent_id AS "intentId", pending_tip_amount AS "pendingTipMinor", client_secret AS "clientSecret"
     FROM payments WHERE id = $1`,
    [paymentId],
  );
  return rows[0];
}

export async function paymentIdOf({ app }: RecoveryStage, orderId: string): Promise<string> {
  const { rows } = await app.database.pool.query('SELECT id FROM payments WHERE order_id = $1', [orderId]);
  expect(rows).toHaveLength(1);
  return rows[0].id;
}

export function intentsOf({ app }: RecoveryStage, orderId: string) {
  return app.simulator.control.state().paymentIntents.filter((intent) => intent.metadata.orderId === orderId);
}

/** Gives money back as a member of staff does. */
export async function refund(
  { app, at }: RecoveryStage,
  input: { paymentId: string; amountMinor?: number; idempotencyKey?: string },
) {
  const staff = await app.asStaff(at.staffId);
  return staff.refunds.create.mutate({ reason: 'Cold soup', idempotencyKey: newKey(), ...input });
}

/**
 * Whatever the webhooks still had to tell is told, what met a lock that was held too long is tried again as the worker does;
 * then both sides must agree in everything.
 */
export async function expectRest(stage: RecoveryStage): Promise<void> {
  const { app } = stage;
  const { control } = app.simulator;
  control.clearFaults();
  control.releaseWebhooks();
  control.runScheduled();
  await control.waitForDeliveries();
  await retryNow(stage);
  expect(await audit(control.state(), app.database.pool)).toEqual([]);
}

/** Tries again what met a lock, as the worker will after the pause. */
export async function retryNow({ app, deps }: Pick<RecoveryStage, 'app' | 'deps'>): Promise<void> {
  await passInboxTime(app.database.pool, RETRIES_ARE_DUE_MS);
  await retryEvents(deps);
}

/** The inbox row of an event. */
export async function inboxState({ app }: RecoveryStage, eventId: string) {
  const { rows } = await app.database.pool.query(
    `SELECT state, attempts, source, waiting_for AS "waitingFor", last_error AS error,
       next_attempt_at AS "nextAttemptAt" FROM webhook_events WHERE event_id = $1`,
    [eventId],
  );
  return rows[0];
}
