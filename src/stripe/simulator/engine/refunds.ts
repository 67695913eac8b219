import type Stripe from 'stripe';
import { checkDigits } from '../currencies';
import { invalidRequest } from '../errors';
import { newId, randomText } from '../ids';
import type { Cause, World } from '../world';
import { recordMovement } from './balance';

export interface RefundInput {
  charge: Stripe.Charge;
  amount?: number;
  reason?: Stripe.Refund.Reason;
  metadata?: Record<string, string>;
}

function refundMovement(world: World, refund: Stripe.Refund): Stripe.BalanceTransaction {
  return recordMovement(world, {
    amount: -refund.amount,
    currency: refund.currency,
    description: 'REFUND FOR CHARGE',
    reportingCategory: 'refund',
    source: refund.id,
    type: 'refund',
  });
}

/** Gives a refund its transaction once its charge has one (asynchronous capture). */
export function fillRefundTransaction(world: World, before: Stripe.Refund): void {
  if (before.balance_transaction !== null || before.status !== 'succeeded') return;
  const after = world.store.refunds.patch(before.id, {
    balance_transaction: refundMovement(world, before).id,
  });
  reportRefund(world, after, before, null);
}

/** Both names under which Stripe reports a changed refund. */
function reportRefund(world: World, after: Stripe.Refund, before: Stripe.Refund, cause: Cause | null): void {
  world.emit('refund.updated', after, cause, before);
  world.emit('charge.refund.updated', after, cause, before);
}

function checkRefundable(charge: Stripe.Charge, amount: number): void {
  if (charge.status !== 'succeeded' || !charge.captured) {
    throw invalidRequest(`This charge (${charge.id}) has not been captured or did not succeed.`, {
      code: 'charge_not_refundable',
    });
  }
  if (charge.disputed) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  checkDigits(amount, charge.currency);
  const left = charge.amount_captured - charge.amount_refunded;
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}) in minor units of ` +
        charge.currency,
      { param: 'amount' },
    );
  }
}

/** Refunds a charge, all that is left of it by default; never more than was captured. */
export function createRefund(world: World, input: RefundInput, cause: Cause | null): Stripe.Refund {
  const { store } = world;
  const before = input.charge;
  const left = before.amount_captured - before.amount_refunded;
  const amount = input.amount ?? left;
  checkRefundable(before, amount);
  const refund: Stripe.Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: before.id,
    created: world.now(),
    currency: before.currency,
    customer: before.customer,
    customer_account: null,
    destination_details: {
      card: {
        reference: randomText(12),
        reference_status: 'available',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
      type: 'card',
    },
    metadata: input.metadata ?? {},
    payment_intent: before.payment_intent,
    payment_method: before.payment_method,
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
  const settled = before.balance_transaction !== null;
  const stored = store.refunds.insert(
    settled ? { ...refund, balance_transaction: refundMovement(world, refund).id } : refund,
  );
  const refunded = before.amount_refunded + amount;
  const charge = store.charges.patch(before.id, {
    amount_refunded: refunded,
    refunded: refunded === before.amount_captured,
  });
  world.emit('refund.created', stored, cause);
  world.emit('charge.refunded', charge, cause, before);
  if (store.scenarios.get(before.payment_method ?? '')?.refundFailsLater) {
    world.scheduler.schedule('fail_refund', refund.id, world.settings.refundFailureDelayMs);
  }
  return stored;
}

/** Fails a refund after it succeeded: the money returns to the account and the charge counts it no more. */
export function failRefund(world: World, refundId: string, reason: string): Stripe.Refund {
  const { store } = world;
  const before = store.refunds.get(refundId);
  if (before.status !== 'succeeded' && before.status !== 'pending') return before;
  const returned =
    before.balance_transaction === null
      ? undefined
      : recordMovement(world, {
          amount: before.amount,
          currency: before.currency,
          description: 'REFUND FAILURE',
          reportingCategory: 'refund_failure',
          source: before.id,
          type: 'refund_failure',
        });
  const after = store.refunds.patch(refundId, {
    status: 'failed',
    failure_reason: reason,
    ...(returned === undefined ? {} : { failure_balance_transaction: returned.id }),
  });
  giveBack(world, after);
  reportRefund(world, after, before, null);
  world.emit('refund.failed', after, null);
  return after;
}

/** Takes a refund that failed or was canceled out of its charge's refunded sum. */
export function giveBack(world: World, refund: Stripe.Refund): void {
  const charge = world.store.charges.find(String(refund.charge));
  if (charge === undefined) return;
  world.store.charges.patch(charge.id, {
    amount_refunded: charge.amount_refunded - refund.amount,
    refunded: false,
  });
}
