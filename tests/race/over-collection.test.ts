import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { pay, rows } from '../integration/payments/support';
import {
  type Group,
  groupOf,
  guestsTenEach,
  nth,
  type SplitScene,
  split,
  splitScene,
} from '../integration/splits/support';
import { payTable } from '../integration/table-sessions/support';
import { newKey, payWithCard, startTestApp, type TestApp } from '../support/app';
import { collected } from '../support/collected';
import { inLanes } from '../support/in-lanes';
import { assertBooksBalance } from '../support/invariants';

const isFull = inject('testSize') === 'full';
const ROUNDS = isFull ? 1_000 : 50;
/** Races at a time, each about a table of its own. */
const LANES = 4;
const BILL_MINOR = 3000;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '10000', LOG_LEVEL: 'error' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries({ timeoutMs: 120_000 });
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

test(`over-collection: in ${ROUNDS} races of splits, whole payments, table shares, cash and cancelling, never more than the bill`, {
  timeout: isFull ? 1_800_000 : 120_000,
}, async () => {
  let collectedMinor = 0;
  await inLanes(ROUNDS, LANES, async () => {
    const scene = await splitScene(app);
    const { guest, mate, third, staff, session, orderId } = scene;
    await Promise.allSettled([
      payGroup(scene, split(guest, orderId, guestsTenEach(scene))),
      payGroup(scene, split(third, orderId, [1500, 1500])),
      pay(mate, orderId).then((payment) => payWithCard(app, payment)),
      payTable(third, session, { shareMinor: 1000 }).then((payment) => payWithCard(app, payment)),
      staff.cash.record.mutate({ orderId, idempotencyKey: newKey() }),
    ]);
    const minor = await collected(app, orderId);
    expect(minor).toBeLessThanOrEqual(BILL_MINOR);
    collectedMinor += minor;
  });
  // They race for something: most bills are paid in full, by somebody.
  expect(collectedMinor).toBeGreaterThan((ROUNDS * BILL_MINOR) / 2);
  await app.simulator.control.waitForDeliveries({ timeoutMs: 120_000 });
  expect(await rows(app, 'SELECT * FROM discrepancies')).toEqual([]);
});

/** Everybody pays their share as soon as there is one; some give it up, and staff take one in cash. */
async function payGroup(scene: SplitScene, opening: Promise<Group>): Promise<void> {
  const made = await opening;
  await Promise.allSettled([
    ...[scene.guest, scene.mate, scene.third].map(async (client, n) => {
      const share = (await groupOf(client, made.id)).participants[n];
      if (!share) return;
      if (n === 1)
        await client.payments.cancel.mutate({ paymentId: share.payment.id, idempotencyKey: newKey() });
      await payWithCard(app, share.payment);
    }),
    scene.staff.splits.takeCash.mutate({
      groupId: made.id,
      participantId: nth(made, 0).id,
      idempotencyKey: newKey(),
    }),
    payTable(scene.mate, scene.session).then((payment) => payWithCard(app, payment)),
  ]);
}
