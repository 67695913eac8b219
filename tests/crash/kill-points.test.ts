import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CHECKPOINTS, type Checkpoint } from '@/services/checkpoints';
import type { PaymentView } from '@/services/payments/view';
import { confirmAsBrowser } from '@/stripe/simulator/browser-confirm';
import { audit } from '../chaos/auditor/audit';
import { settle } from '../chaos/settle';
import { type ChaosStage, setChaosStage } from '../chaos/stage';
import { type Client, createClients } from '../support/app-clients';
import { seedOrder, seedSession } from '../support/app-fixtures';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { openLiveClient } from '../support/live-client';
import { waitFor } from '../support/wait-for';

/*
 * A real process is killed with SIGKILL at each checkpoint and started again. Callers repeat unanswered calls with the same key,
 * except creations whose payment is stored: these are left to the recovery. At the end the auditor finds nothing lost and
 * nothing doubled, and each payment has the expected status.
 */

const RUNS = inject('testSize') === 'full' ? 20 : 1;

let database: TestDatabase;
let stage: ChaosStage;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
  stage = await setChaosStage({ nodes: 1, databaseUrl: database.url });
});
afterAll(async () => {
  await stage?.end();
  await database.drop();
});

/** How it must end, looked at when everything is at rest. */
interface Scene {
  orderId: string;
  /** What passes the point. It fails when the process dies under it. */
  act(): Promise<unknown>;
  /** What the caller does once the service is back; null: nothing, the recovery is on its own. */
  again: (() => Promise<unknown>) | null;
  ends: End | End[];
}

interface End {
  status: string;
  totalMinor?: number;
  refundedMinor?: number;
}

async function newGuest() {
  const [node] = stage.world.nodes;
  if (!node) throw new Error('the stage has a node');
  const clients = createClients(node.url, stage.world.env);
  const service = await clients.asService();
  const session = await seedSession(service, stage.at);
  const orderId = await seedOrder(service, stage.at, { session });
  const guest: Client = clients.asGuest(session.guests[0]);
  const input = { orderId, tipMinor: 0, idempotencyKey: orderId };
  const staff = await clients.asStaff(stage.at.staffId);
  const [guestSessionId] = session.guests;
  return { guest, guestSessionId, staff, orderId, create: () => guest.payments.create.mutate(input) };
}

function confirm(payment: PaymentView) {
  return confirmAsBrowser({
    apiBase: stage.world.simulator.url,
    publishableKey: 'pk_test_chaos_only_0000',
    clientSecret: payment.clientSecret ?? '',
    paymentMethod: 'pm_card_visa',
  });
}

/** Asks again with the same key, as a client does that was told to. */
function insist<T>(call: () => Promise<T>): Promise<unknown> {
  const ask = () =>
    call().then(
      () => true,
      (error: unknown) => {
        if (error instanceof TRPCClientError && REPEATABLE.has(error.data?.appCode)) return false;
        throw error;
      },
    );
  return waitFor('the caller is answered', ask, 40_000);
}

const REPEATABLE = new Set(['CREATION_IN_PROGRESS', 'PROCESSOR_OUTCOME_UNKNOWN', 'PROCESSOR_UNAVAILABLE']);

/** The recovery may pass the point before the guest does: then nothing is stored, and who does not come back has nothing. */
async function creating(comesBack: boolean): Promise<Scene> {
  const { orderId, create } = await newGuest();
  const again = () => (comesBack ? insist(create) : createUnlessStored(orderId, create));
  return { orderId, act: create, again, ends: { status: 'PENDING' } };
}

async function createUnlessStored(orderId: string, create: () => Promise<unknown>): Promise<void> {
  const { rows } = await stage.pool.query('SELECT 1 FROM payments WHERE order_id = $1', [orderId]);
  if (rows.length === 0) await insist(create);
}

async function paying(): Promise<Scene> {
  const { orderId, create } = await newGuest();
  const payment = await create();
  return { orderId, act: () => confirm(payment), again: null, ends: { status: 'COMPLETED' } };
}

async function refunding(): Promise<Scene> {
  const { guest, staff, orderId, create } = await newGuest();
  const payment = await create();
  await confirm(payment);
  await waitFor('the payment is completed', async () => {
    const { status } = await guest.payments.get.query({ paymentId: payment.id });
    return status === 'COMPLETED';
  });
  const wish = { paymentId: payment.id, amountMinor: 1000, reason: 'Cold soup', idempotencyKey: orderId };
  const act = () => staff.refunds.create.mutate(wish);
  return {
    orderId,
    act,
    again: () => insist(act),
    ends: { status: 'PARTIALLY_REFUNDED', refundedMinor: 1000 },
  };
}

/** A creation without an answer, for the janitor to find. */
async function abandoning(): Promise<Scene> {
  const { orderId, create } = await newGuest();
  await stage.world.simulator.control('addFault', {
    kind: 'hang',
    method: 'POST',
    pathPattern: '/v1/payment_intents',
    bodyIncludes: orderId,
    times: 1,
  });
  const act = async () => {
    await create().catch(() => undefined);
    await stage.pool.query(
      `UPDATE payments SET creation_started_at = now() - interval '1 minute' WHERE order_id = $1`,
      [orderId],
    );
  };
  const again = () => createUnlessStored(orderId, create);
  return { orderId, act, again, ends: { status: 'PENDING' } };
}

async function expiring(): Promise<Scene> {
  const { orderId, create } = await newGuest();
  const payment = await create();
  const act = () => stage.pool.query('UPDATE payments SET expires_at = now() WHERE id = $1', [payment.id]);
  // The node that died had taken it: its lease ends.
  const again = () => stage.pool.query('UPDATE payments SET checked_at = NULL WHERE id = $1', [payment.id]);
  return { orderId, act, again, ends: { status: 'CANCELLED' } };
}

async function cancelling(): Promise<Scene> {
  const { guest, orderId, create } = await newGuest();
  const { id: paymentId } = await create();
  const act = () => guest.payments.cancel.mutate({ paymentId, idempotencyKey: orderId });
  return { orderId, act, again: () => insist(act), ends: { status: 'CANCELLED' } };
}

async function tipping(): Promise<Scene> {
  const { guest, orderId, create } = await newGuest();
  const { id: paymentId } = await create();
  const act = () => guest.payments.changeTip.mutate({ paymentId, tipMinor: 300, idempotencyKey: orderId });
  return { orderId, act, again: null, ends: { status: 'PENDING', totalMinor: 3000 } };
}

/** Between two shares of a fixed group nobody holds a part of the bill: the janitor alone makes it whole. */
async function changingShares(): Promise<Scene> {
  const { staff, orderId } = await newGuest();
  const parts = [1700, 1000].map((amountMinor) => ({ amountMinor, name: `Payer of ${amountMinor}` }));
  const group = await staff.splits.create.mutate({ orderId, parts, idempotencyKey: `${orderId}:split` });
  const [one, other] = group.participants.map(({ id }) => id);
  const wish = {
    groupId: group.id,
    participantId: one ?? '',
    takenBy: [other ?? ''],
    amountMinor: 2000,
    idempotencyKey: orderId,
  };
  const act = () => staff.splits.changeParticipant.mutate(wish);
  return {
    orderId,
    act,
    // The janitor, at the change of a scene before, meets the same point: then this one was killed before it began.
    again: async () => {
      const { rows } = await stage.pool.query('SELECT 1 FROM idempotency_keys WHERE key = $1', [orderId]);
      if (rows.length === 0) await act();
    },
    ends: [
      { status: 'PENDING', totalMinor: 2000 },
      { status: 'PENDING', totalMinor: 700 },
    ],
  };
}

/** A success whose webhook never comes, for the sweep to find. */
async function sweeping(): Promise<Scene> {
  const { orderId, create } = await newGuest();
  const payment = await create();
  const act = async () => {
    await stage.world.simulator.control('addWebhookFault', { kind: 'drop', times: 3 });
    await confirm(payment);
  };
  return { orderId, act, again: null, ends: { status: 'COMPLETED' } };
}

/** A success that the node reads from the outbox and dies before it tells: the watcher hears it from the node that comes up. */
async function watching(): Promise<Scene> {
  const { guestSessionId, orderId, create } = await newGuest();
  const payment = await create();
  const live = openLiveClient(stage.world.nodes[0]?.url ?? '', { sessionId: guestSessionId });
  const heard = live.watch('payment', { paymentId: payment.id });
  await heard.ready();
  const again = async () => {
    await heard.event('payment:completed');
    await live.close();
    const types = heard.events().map((event) => event.type);
    expect(types).toEqual([...new Set(types)]);
  };
  return { orderId, act: () => confirm(payment), again, ends: { status: 'COMPLETED' } };
}

const SCENES: Record<Checkpoint, () => Promise<Scene>> = {
  'create.before-first-transaction': () => creating(true),
  'create.after-first-transaction': () => creating(false),
  'create.after-processor-answered': () => creating(false),
  'create.after-second-transaction': () => creating(true),
  'webhook.after-inbox-insert': paying,
  'webhook.inside-apply': paying,
  'webhook.before-answer': paying,
  'janitor.before-repair': abandoning,
  'expiry.before-cancel': expiring,
  'cancel.after-processor-answered': cancelling,
  'amount.after-processor-answered': tipping,
  'share.between-steps': changingShares,
  'sweep.after-page': sweeping,
  'relay.after-read': watching,
  'refund.after-first-transaction': refunding,
  'refund.after-processor-answered': refunding,
};

const played: Scene[] = [];

test('every named point has a scene', () => {
  expect(Object.keys(SCENES).toSorted()).toEqual([...CHECKPOINTS].toSorted());
});

describe('nothing lost, nothing doubled', { timeout: 600_000 }, () => {
  test.each(Object.entries(SCENES))('killed at %s', async (point, open) => {
    const [node] = stage.world.nodes;
    for (let run = 0; run < RUNS; run++) {
      const scene = await open();
      node?.arm(point as Checkpoint, 1);
      const acting = scene.act().catch(() => undefined);
      await node?.ended();
      await acting;
      await node?.start();
      await scene.again?.();
      played.push(scene);
    }
  });

  test('at rest, both sides agree and each payment has ended as it had to', async () => {
    await settle(stage.world.simulator, stage.pool);
    expect(await audit(await stage.world.simulator.control('state'), stage.pool)).toEqual([]);
    for (const { orderId, ends } of played) {
      const { rows } = await stage.pool.query(
        `SELECT status::text, total_amount AS "totalMinor", refunded_amount AS "refundedMinor" FROM payments WHERE order_id = $1 ORDER BY id`,
        [orderId],
      );
      expect(rows).toEqual([ends].flat().map((end) => ({ totalMinor: 2700, refundedMinor: 0, ...end })));
    }
    expect(played.length).toBeGreaterThan(0);
  });
});
