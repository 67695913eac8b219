import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../payments/support';
import {
  expectRest,
  janitor,
  paidPayment,
  type RecoveryStage,
  refund,
  startStage,
} from '../recovery/support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

test('a refund that is found a day after it was made counts on the day on which Stripe made it', async () => {
  const payment = await paidPayment(stage);
  const { control } = stage.app.simulator;
  control.holdWebhooks();
  control.addFault({ kind: 'hang_after_execution', method: 'POST', pathPattern: '/v1/refunds' });
  const asked = await refund(stage, { paymentId: payment.id, amountMinor: 1000 });
  expect(asked.status).toBe('PROCESSING');
  control.clearFaults();
  stage.clock.move(86_400_000);
  await janitor(stage, payment.id);
  const [made] = control.state().refunds.filter((one) => one.metadata?.refundId === asked.id);
  const [fact] = await rows<{ atSec: number }>(
    stage.app,
    `SELECT extract(epoch FROM occurred_at)::int AS "atSec" FROM ledger_transactions WHERE fact_key = $1`,
    [`refund:${asked.id}`],
  );
  expect(fact?.atSec).toBe(made?.created);
  stage.clock.reset();
  await expectRest(stage);
});
