import type Stripe from 'stripe';
import { checkPayoutAmount } from '../currencies';
import { invalidRequest } from '../errors';
import { newId } from '../ids';
import type { Cause, World } from '../world';
import { currentTransaction, recordMovement } from './balance';
import { BANK_ACCOUNT } from './bank-account';

/** Balance transactions of a currency that no automatic payout has swept. */
function unswept(world: World, currency: string, includePending: boolean): Stripe.BalanceTransaction[] {
  const { store } = world;
  return store.balanceTransactions
    .all()
    .filter(
      (txn) =>
        txn.currency === currency &&
        !store.payoutOfTransaction.has(txn.id) &&
        (includePending || currentTransaction(txn, world.now()).status === 'available'),
    );
}

/** Sum per currency of what is available, or still pending, minor units. */
export function balanceOf(world: World, status: 'available' | 'pending'): Map<string, number> {
  const sums = new Map<string, number>();
  for (const txn of world.store.balanceTransactions.all()) {
    if (currentTransaction(txn, world.now()).status !== status) continue;
    sums.set(txn.currency, (sums.get(txn.currency) ?? 0) + txn.net);
  }
  return sums;
}

interface PayoutInput {
  amount: number;
  currency: string;
  automatic: boolean;
  description?: string | null;
  metadata?: Record<string, string>;
  method?: string;
  statementDescriptor?: string;
}

function startPayout(world: World, input: PayoutInput, cause: Cause | null): Stripe.Payout {
  const id = newId('po');
  const txn = recordMovement(world, {
    amount: -input.amount,
    currency: input.currency,
    description: 'STRIPE PAYOUT',
    reportingCategory: 'payout',
    source: id,
    type: 'payout',
    immediate: true,
  });
  const payout = world.store.payouts.insert({
    id,
    object: 'payout',
    amount: input.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: world.now() + 86_400,
    automatic: input.automatic,
    balance_transaction: txn.id,
    created: world.now(),
    currency: input.currency,
    description: input.description ?? (input.automatic ? 'STRIPE PAYOUT' : null),
    destination: BANK_ACCOUNT.id,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: input.metadata ?? {},
    method: input.method ?? 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: input.automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: input.statementDescriptor ?? null,
    status: input.automatic ? 'in_transit' : 'pending',
    trace_id: null,
    type: 'bank_account',
  });
  if (input.automatic) world.store.payoutOfTransaction.set(txn.id, id);
  world.emit('payout.created', payout, cause);
  return payout;
}

/** Sweeps the unswept transactions of a currency into an automatic payout that is under way. */
export function createAutomaticPayout(
  world: World,
  currency: string,
  includePending: boolean,
): Stripe.Payout {
  const swept = unswept(world, currency, includePending);
  const amount = swept.reduce((sum, txn) => sum + txn.net, 0);
  if (amount <= 0) throw invalidRequest(`There is nothing to pay out in ${currency} (${amount}).`);
  const payout = startPayout(world, { amount, currency, automatic: true }, null);
  for (const txn of swept) {
    world.store.payoutOfTransaction.set(txn.id, payout.id);
    if (includePending) world.store.balanceTransactions.patch(txn.id, { status: 'available' });
  }
  return payout;
}

/** A payout that the account asks for; refused when the available balance does not cover it. */
export function createManualPayout(
  world: World,
  input: Omit<PayoutInput, 'automatic'>,
  cause: Cause | null,
): Stripe.Payout {
  checkPayoutAmount(input.amount, input.currency);
  if ((balanceOf(world, 'available').get(input.currency) ?? 0) < input.amount) {
    throw invalidRequest(
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You ' +
        'can use the /v1/balance endpoint to view your Stripe balance.',
      { code: 'balance_insufficient' },
    );
  }
  return startPayout(world, { ...input, automatic: false }, cause);
}

/** The bank's word on a payout; the reconciliation of an automatic one completes with its payment. */
export function finishPayout(world: World, payoutId: string, outcome: 'paid' | 'failed'): Stripe.Payout {
  const { store } = world;
  const before = store.payouts.get(payoutId);
  if (before.status !== 'in_transit' && before.status !== 'pending') {
    throw invalidRequest(`Payout ${payoutId} has a status of ${before.status}.`);
  }
  if (outcome === 'failed') return failPayout(world, before);
  const paid = store.payouts.patch(payoutId, {
    status: 'paid',
    trace_id: { status: 'supported', value: `TRACE${payoutId.slice(-8)}` },
  });
  world.emit('payout.paid', paid, null);
  if (!paid.automatic) return paid;
  const reconciled = store.payouts.patch(payoutId, { reconciliation_status: 'completed' });
  world.emit('payout.updated', reconciled, null, paid);
  world.emit('payout.reconciliation_completed', reconciled, null);
  return reconciled;
}

/** The amount of a payout that did not arrive comes back to the balance. */
function returned(
  world: World,
  payout: Stripe.Payout,
  description: string,
  type: 'payout_failure' | 'payout_cancel',
): Stripe.BalanceTransaction {
  const { amount, currency, id: source } = payout;
  const reportingCategory = 'payout_reversal';
  return recordMovement(world, {
    amount,
    currency,
    description,
    reportingCategory,
    source,
    type,
    immediate: true,
  });
}

function failPayout(world: World, before: Stripe.Payout): Stripe.Payout {
  const txn = returned(world, before, 'STRIPE PAYOUT FAILURE', 'payout_failure');
  const failed = world.store.payouts.patch(before.id, {
    status: 'failed',
    failure_balance_transaction: txn.id,
    failure_code: 'account_closed',
    failure_message: 'The bank account has been closed',
  });
  world.emit('payout.failed', failed, null);
  return failed;
}

/** Cancels a manual payout that is still pending; its amount returns. */
export function cancelPayout(world: World, payoutId: string, cause: Cause | null): Stripe.Payout {
  const before = world.store.payouts.get(payoutId);
  if (before.automatic || before.status !== 'pending') {
    throw invalidRequest('Payouts can only be canceled while pending and only when created manually.', {
      code: 'payouts_not_allowed',
    });
  }
  const txn = returned(world, before, 'STRIPE PAYOUT CANCEL', 'payout_cancel');
  const canceled = world.store.payouts.patch(payoutId, {
    status: 'canceled',
    failure_balance_transaction: txn.id,
  });
  world.emit('payout.canceled', canceled, cause);
  return canceled;
}
