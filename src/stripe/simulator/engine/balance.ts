import type Stripe from 'stripe';
import { newId } from '../ids';
import type { World } from '../world';

const AVAILABLE_AFTER_SECONDS = 2 * 86_400;

/** Stripe's standard card price: 2.9 % of the amount and 30 minor units, rounded half up, integers only. */
export function processingFeeMinor(amountMinor: number): number {
  return Math.floor((amountMinor * 29 + 500) / 1000) + 30;
}

export interface Movement {
  amount: number;
  fee?: number;
  feeDescription?: string;
  currency: string;
  description: string | null;
  reportingCategory: string;
  source: string;
  type: Stripe.BalanceTransaction.Type;
  /** Available at once instead of two days later. */
  immediate?: boolean;
}

/** Records a movement of the account's balance; amounts in minor units, negative when money leaves. */
export function recordMovement(world: World, movement: Movement): Stripe.BalanceTransaction {
  const { amount, fee = 0, currency } = movement;
  const now = world.now();
  const description = movement.feeDescription ?? 'Stripe processing fees';
  return world.store.balanceTransactions.insert({
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: movement.immediate ? now : now + AVAILABLE_AFTER_SECONDS,
    balance_type: 'payments',
    created: now,
    currency,
    description: movement.description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0 ? [] : [{ amount: fee, application: null, currency, description, type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: movement.reportingCategory,
    source: movement.source,
    status: movement.immediate ? 'available' : 'pending',
    type: movement.type,
  });
}

/** A transaction with the status that its `available_on` gives it now. */
export function currentTransaction(txn: Stripe.BalanceTransaction, now: number): Stripe.BalanceTransaction {
  return txn.status === 'pending' && txn.available_on <= now ? { ...txn, status: 'available' } : txn;
}
