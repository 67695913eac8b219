import { payWithCard, waitForStatus } from '../../support/app';
import { expectRest, type Opened, openPayment, type RecoveryStage } from '../recovery/support';

/** A payment of 27.00 whose bank has disputed it: both its events are here. */
export async function disputedPayment(stage: RecoveryStage): Promise<Opened & { disputeId: string }> {
  const payment = await openPayment(stage);
  const { control } = stage.app.simulator;
  await payWithCard(stage.app, payment, 'pm_card_createDispute');
  await waitForStatus(stage.guest, payment.id, 'COMPLETED');
  control.runScheduled();
  await control.waitForDeliveries();
  const dispute = control.state().disputes.find((one) => one.payment_intent === payment.intentId);
  return { ...payment, disputeId: dispute?.id ?? '' };
}

/** The bank decides, and its events are here. */
export async function decide(
  stage: RecoveryStage,
  disputeId: string,
  outcome: 'won' | 'lost',
): Promise<void> {
  stage.app.simulator.control.resolveDispute({ dispute: disputeId, outcome });
  await stage.app.simulator.control.waitForDeliveries();
}

export async function staffOf({ app, at }: RecoveryStage) {
  return app.asStaff(at.staffId);
}

/** Sums of a payment's postings by account, and the facts that they come from. */
export async function booksOf({ app }: Pick<RecoveryStage, 'app'>, paymentId: string) {
  const { rows } = await app.database.pool.query<{ account: string; sum: number }>(
    `SELECT p.account, sum(p.amount)::int AS sum FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
     WHERE t.payment_id = $1 GROUP BY 1 ORDER BY 1`,
    [paymentId],
  );
  return Object.fromEntries(rows.map(({ account, sum }) => [account, sum]));
}

/** Live events of a payment by type and state, in order. */
export async function toldOf({ app }: Pick<RecoveryStage, 'app'>, paymentId: string): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ told: string }>(
    `SELECT type || ' ' || coalesce(payload ->> 'disputeStatus', '') AS told FROM outbox_events
     WHERE payment_id = $1 AND type LIKE 'dispute:%' ORDER BY position`,
    [paymentId],
  );
  return rows.map(({ told }) => told);
}

export { expectRest };
