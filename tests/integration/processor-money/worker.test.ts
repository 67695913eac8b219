import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { disputedPayment } from '../disputes/support';
import { expectRest, paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { rowsOf, settle } from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage({ worker: true, env: { WORKER_POLL_MS: '50' } });
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

test('with nobody’s help fees reach the payment and a payout the books of its restaurants', async () => {
  const payment = await paidPayment(stage);
  await disputedPayment(stage);
  await settle(stage);
  await waitFor('the fee is known', async () => {
    const [row] = await rowsOf<{ fee: number | null }>(
      stage,
      'SELECT fee_amount AS fee FROM payments WHERE id = $1',
      [payment.id],
    );
    return row?.fee ?? null;
  });
  await paidPayment(stage);
  await settle(stage);
  const made = stage.app.simulator.control.createPayout({ currency: 'usd', includePending: true });
  const shares = await waitFor('the payout is posted', async () => {
    const rows = await rowsOf<{ amount: number }>(
      stage,
      `SELECT s.amount::int AS amount FROM payout_shares s JOIN payouts p ON p.id = s.payout_id
       WHERE p.id = $1 AND p.posted_at IS NOT NULL AND s.restaurant_id = $2`,
      [made.id, stage.at.restaurantId],
    );
    return rows.length > 0 ? rows : null;
  });
  expect(shares).toEqual([{ amount: made.amount }]);
  await expectRest(stage);
});
