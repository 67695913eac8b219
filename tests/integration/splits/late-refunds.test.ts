import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { finishSplits } from '@/services/recovery/finish-splits';
import { newKey, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { janitor, type RecoveryStage, startStage } from '../recovery/support';
import { refusedRefund, stuckRefund, toldAsFailed } from '../refunds/late-failure';
import {
  eventsOf,
  type Group,
  groupOf,
  groupPaidBy,
  nth,
  refundsOfGroup,
  type SplitScene,
  whenState,
  workOf,
} from './support';

/** Refunds of a cancelled group whose outcome comes after the group was told as CANCELLED. */

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  await stage.app.simulator.control.waitForDeliveries();
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

type Cancelled = SplitScene & { group: Group };

/** The first of three has paid 10.00, the group is CANCELLED, and nobody knows whether the refund was made. */
async function cancelledWithoutAnswer(): Promise<Cancelled> {
  const scene = await groupPaidBy(stage.app, 1);
  const { staff, group } = scene;
  stuckRefund(stage.app);
  await staff.splits.cancel.mutate({ groupId: group.id, idempotencyKey: newKey() });
  expect(await whenState(staff, group.id, 'CANCELLED')).toMatchObject({ refundsProcessed: 1 });
  stage.app.simulator.control.clearFaults();
  return scene;
}

test.each([
  ['Stripe refuses the repeat', refusedRefund],
  ['Stripe tells that it failed', toldAsFailed],
])(
  'a refund that fails after its group was told as cancelled is on the work list: %s',
  async (_how, fail) => {
    const { staff, group } = await cancelledWithoutAnswer();
    const { payment } = nth(group, 0);
    await fail(stage, payment);
    expect(await groupOf(staff, group.id)).toMatchObject({ state: 'CANCELLING', refundsProcessed: 0 });
    await finishSplits(stage.deps, { afterSec: 0 });
    expect(await groupOf(staff, group.id)).toMatchObject({ state: 'CANCELLED' });
    expect(await refundsOfGroup(stage.app, group)).toMatchObject([{ amount: 1000, status: 'FAILED' }]);
    expect(await workOf(stage.app, payment.id)).toEqual([{ reason: 'SPLIT_REFUND_FAILED', actual: 1000 }]);
    const events = await eventsOf(stage.app, group.id);
    expect(events.filter(({ type }) => type === 'payment:split_cancelled')).toHaveLength(1);
  },
);

test('a refund by hand that fails after a failed share was dealt with is on the work list anew', async () => {
  const { staff, group } = await cancelledWithoutAnswer();
  const { payment } = nth(group, 0);
  await refusedRefund(stage, payment);
  await finishSplits(stage.deps, { afterSec: 0 });
  stuckRefund(stage.app);
  await staff.refunds.create.mutate({ paymentId: payment.id, reason: 'By hand', idempotencyKey: newKey() });
  await stage.app.database.pool.query(
    `UPDATE discrepancies SET state = 'RESOLVED', resolution = 'CORRECTED', resolved_by = 'user:x', resolved_at = now()
     WHERE payment_id = $1`,
    [payment.id],
  );
  stage.app.simulator.control.clearFaults();
  await refusedRefund(stage, payment);
  await finishSplits(stage.deps, { afterSec: 0 });
  const open = await stage.app.database.pool.query(
    `SELECT reason FROM discrepancies WHERE payment_id = $1 AND state = 'OPEN'`,
    [payment.id],
  );
  expect(open.rows).toEqual([{ reason: 'SPLIT_REFUND_FAILED' }]);
});

test('a refund without an answer that was made after all leaves nothing to do', async () => {
  const { guest, staff, group } = await cancelledWithoutAnswer();
  const { payment } = nth(group, 0);
  await janitor(stage, payment.id);
  await waitForStatus(guest, payment.id, 'REFUNDED');
  expect(await groupOf(staff, group.id)).toMatchObject({ state: 'CANCELLED', refundsProcessed: 1 });
  expect(await workOf(stage.app, payment.id)).toEqual([]);
});
