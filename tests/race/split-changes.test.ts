import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { finishCalls } from '@/services/recovery/finish-calls';
import { finishShareChanges } from '@/services/recovery/finish-share-changes';
import { rows } from '../integration/payments/support';
import { groupOf, guestsTenEach, nth, split, splitScene, stripeIntents } from '../integration/splits/support';
import { newKey, payWithCard, startTestApp, type TestApp, waitFor } from '../support/app';
import { inLanes } from '../support/in-lanes';
import { insist } from '../support/insist';
import { assertBooksBalance } from '../support/invariants';

const isFull = inject('testSize') === 'full';
const ROUNDS = isFull ? 100 : 4;
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

test(
  'changes of shares race each other and a payer: the shares sum to the bill, at Stripe too, and nothing stays half done',
  { timeout: isFull ? 1_200_000 : 180_000 },
  () =>
    inLanes(ROUNDS, 2, async (round) => {
      const scene = await splitScene(app);
      const key = newKey();
      const group = await insist(() => split(scene.guest, scene.orderId, guestsTenEach(scene), key));
      const change = (n: number, amountMinor: number, takenBy: number[]) =>
        scene.staff.splits.changeParticipant.mutate({
          groupId: group.id,
          participantId: nth(group, n).id,
          amountMinor,
          takenBy: takenBy.map((taker) => nth(group, taker).id),
          idempotencyKey: newKey(),
        });
      const share = nth(await groupOf(scene.guest, group.id), 0).payment;
      await Promise.allSettled([
        change(0, 1500, [1, 2]),
        change(1, 600, [2]),
        change(2, 1300, [0]),
        ...(round % 2 === 0 ? [payWithCard(app, share)] : []),
      ]);
      // What nobody is at any more: the recovery waits longer for that than a test likes to.
      const isOver = `change_started_at BETWEEN now() - interval '1 minute' AND now() - interval '5 seconds'`;
      const look = async () => {
        await rows(
          app,
          `UPDATE payments SET change_started_at = now() - interval '2 minutes' WHERE pending_share IS NOT NULL AND ${isOver}`,
        );
        await finishCalls(app.server.app.deps, { afterSec: 60 });
        await finishShareChanges(app.server.app.deps, { afterSec: 5 });
        const [left] = await rows<{ count: number }>(
          app,
          `SELECT (SELECT count(*) FROM split_groups WHERE id = $1 AND pending_change IS NOT NULL)::int
             + (SELECT count(*) FROM payments WHERE split_group_id = $1 AND pending_share IS NOT NULL)::int AS count`,
          [group.id],
        );
        return left?.count === 0;
      };
      await waitFor('every change has ended', look, 120_000);
      const ended = await groupOf(scene.staff, group.id);
      const amounts = ended.participants.map(({ amountMinor }) => amountMinor);
      expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(BILL_MINOR);
      expect(stripeIntents(app, ended).map(([intent]) => intent?.amount)).toEqual(amounts);
    }),
);
