import type { World } from '../world';
import { processingFeeMinor, recordMovement } from './balance';
import { fillRefundTransaction } from './refunds';

/**
 * Gives a captured charge its balance transaction, and the refunds that were waiting for it theirs.
 * `quiet` leaves out `charge.updated`: the transaction was there when the capture answered.
 */
export function settleCharge(world: World, chargeId: string, quiet = false): void {
  const { store, settings, scheduler } = world;
  const before = store.charges.find(chargeId);
  if (before === undefined || before.balance_transaction !== null || !before.captured || !before.paid) return;
  const txn = recordMovement(world, {
    amount: before.amount_captured,
    fee: processingFeeMinor(before.amount_captured),
    currency: before.currency,
    description: before.description,
    reportingCategory: 'charge',
    source: before.id,
    type: 'charge',
  });
  const after = store.charges.patch(chargeId, { balance_transaction: txn.id });
  if (!quiet) world.emit('charge.updated', after, null, before);
  for (const refund of store.refunds.by('charge', chargeId)) fillRefundTransaction(world, refund);
  if (store.scenarios.get(before.payment_method ?? '')?.disputed && !after.disputed) {
    scheduler.schedule('open_dispute', chargeId, settings.disputeDelayMs);
  }
}

/** Settles now for synchronous capture, otherwise after the configured delay. */
export function settleLater(world: World, chargeId: string, synchronous: boolean): void {
  if (synchronous) settleCharge(world, chargeId, true);
  else world.scheduler.schedule('settle_charge', chargeId, world.settings.settleDelayMs);
}
