import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceContext } from '@/services/context';
import { cancelSplitPayments } from '@/services/split-calculations';
import { systemContext } from '@/services/system-context';
import { newKey, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { disputeEvent, disputeMovement, sendWebhook, stripeId } from '../../support/webhook-sender';
import { type RecoveryStage, startStage } from '../recovery/support';
import { refusedRefund, stuckRefund } from '../refunds/late-failure';
import { workOf } from '../splits/support';
import { getSplit, paid, type SplitScene, setSplit, splitTable } from './support';

/** Staff call a live split off, and Stripe does not give back what was paid. */

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

/** A bill of 10.00 that three guests share, of whom the first has paid 3.34. */
async function firstHasPaid() {
  const scene = await splitTable(stage.app);
  await setSplit(scene.guest, scene, { type: 'EQUAL' });
  const payment = await paid(stage.app, scene.guest, scene);
  expect(payment.totalMinor).toBe(334);
  return { scene, payment };
}

async function cancel(scene: SplitScene) {
  const staff: ServiceContext['actor'] = {
    kind: 'member',
    userId: scene.at.staffId,
    memberships: [{ restaurantId: scene.at.restaurantId, role: 'STAFF' }],
    guest: null,
  };
  const { id } = await getSplit(scene.guest, scene);
  const input = { splitCalculationId: id, idempotencyKey: newKey() };
  return cancelSplitPayments({ ...systemContext(stage.deps, 'test'), actor: staff }, input);
}

/** A dispute that the payer has won. */
async function takenByBank(payment: { paymentIntentId: string | null }, amountMinor: number): Promise<void> {
  const id = stripeId('dp');
  const of = { id, intentId: payment.paymentIntentId ?? '', chargeId: 'ch_1', amountMinor };
  const moved = [disputeMovement(id, -amountMinor)];
  await sendWebhook(stage.app, disputeEvent({ ...of, what: 'closed', status: 'lost', moved }));
}

function refuseRefunds() {
  stage.app.simulator.control.addFault({
    kind: 'card_declined',
    method: 'POST',
    pathPattern: '/v1/refunds',
  });
}

test('a refund that fails after the split was told as cancelled is on the work list', async () => {
  const { scene, payment } = await firstHasPaid();
  stuckRefund(stage.app);
  expect(await cancel(scene)).toEqual({ isCancelled: true, refundsProcessed: 1 });
  stage.app.simulator.control.clearFaults();
  await refusedRefund(stage, payment);
  expect(await workOf(stage.app, payment.id)).toEqual([{ reason: 'REFUND_FAILED', actual: 334 }]);
});

describe('the work list asks staff to give back no more than what is left', () => {
  test('of what the guest’s bank took back', async () => {
    const { scene, payment } = await firstHasPaid();
    await takenByBank(payment, 100);
    refuseRefunds();
    expect(await cancel(scene)).toEqual({ isCancelled: false, refundsProcessed: 0 });
    expect(await workOf(stage.app, payment.id)).toEqual([{ reason: 'SPLIT_REFUND_FAILED', actual: 234 }]);
  });

  test('beside a refund that is under way', async () => {
    const { scene, payment } = await firstHasPaid();
    stuckRefund(stage.app);
    const early = { paymentId: payment.id, amountMinor: 100, reason: 'Cold', idempotencyKey: newKey() };
    await scene.staff.refunds.create.mutate(early);
    stage.app.simulator.control.clearFaults();
    refuseRefunds();
    expect(await cancel(scene)).toEqual({ isCancelled: false, refundsProcessed: 1 });
    expect(await workOf(stage.app, payment.id)).toEqual([{ reason: 'SPLIT_REFUND_FAILED', actual: 234 }]);
  });
});

test('what the bank has taken back wholly is not refunded, and the split is cancelled', async () => {
  const { scene, payment } = await firstHasPaid();
  await takenByBank(payment, 334);
  expect(await cancel(scene)).toEqual({ isCancelled: true, refundsProcessed: 0 });
  expect(await workOf(stage.app, payment.id)).toEqual([]);
});

test('a repeat tries again what was refused', async () => {
  const { scene, payment } = await firstHasPaid();
  refuseRefunds();
  expect(await cancel(scene)).toMatchObject({ isCancelled: false });
  stage.app.simulator.control.clearFaults();
  expect(await cancel(scene)).toEqual({ isCancelled: true, refundsProcessed: 1 });
  await waitForStatus(scene.staff, payment.id, 'REFUNDED');
});
