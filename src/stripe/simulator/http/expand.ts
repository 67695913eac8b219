import type Stripe from 'stripe';
import { currentTransaction } from '../engine/balance';
import { BANK_ACCOUNT } from '../engine/bank-account';
import { invalidRequest } from '../errors';
import type { World } from '../world';

type Bag = Record<string, unknown>;

/** Fields that hold an id which `expand` replaces by the object, per object type. */
const EXPANDABLE: Record<string, readonly string[]> = {
  payment_intent: [
    'customer',
    'latest_charge',
    'payment_method',
    'on_behalf_of',
    'application',
    'payment_record',
    'review',
    'source',
  ],
  setup_intent: [
    'application',
    'customer',
    'payment_method',
    'latest_attempt',
    'mandate',
    'on_behalf_of',
    'single_use_mandate',
  ],
  charge: [
    'balance_transaction',
    'customer',
    'failure_balance_transaction',
    'payment_intent',
    'refunds',
    'review',
    'application',
    'application_fee',
    'on_behalf_of',
    'source_transfer',
    'transfer',
  ],
  refund: [
    'balance_transaction',
    'charge',
    'customer',
    'failure_balance_transaction',
    'payment_intent',
    'payment_method',
    'source_transfer_reversal',
    'transfer_reversal',
  ],
  dispute: ['charge', 'payment_intent'],
  balance_transaction: ['source'],
  payment_method: ['customer'],
  payout: [
    'application_fee',
    'balance_transaction',
    'failure_balance_transaction',
    'destination',
    'original_payout',
    'reversed_by',
  ],
  customer: ['default_source', 'sources', 'subscriptions', 'tax_ids', 'tax', 'cash_balance', 'test_clock'],
};

/** The object with this id, of whatever kind its prefix says. */
function lookUp({ store, now }: World, id: string): object | undefined {
  if (id === BANK_ACCOUNT.id) return BANK_ACCOUNT;
  if (store.deletedCustomers.has(id)) return { id, object: 'customer', deleted: true };
  const txn = id.startsWith('txn_') ? store.balanceTransactions.find(id) : undefined;
  if (txn !== undefined) return currentTransaction(txn, now());
  return (
    store.charges.find(id) ??
    store.paymentIntents.find(id) ??
    store.paymentMethods.find(id) ??
    store.customers.find(id) ??
    store.refunds.find(id) ??
    store.disputes.find(id) ??
    store.payouts.find(id)
  );
}

function refundsOf(world: World, chargeId: string): Stripe.ApiList<Stripe.Refund> {
  const data = world.store.refunds.by('charge', chargeId).reverse();
  return {
    object: 'list',
    data: data.slice(0, 10),
    has_more: data.length > 10,
    url: `/v1/charges/${chargeId}/refunds`,
  };
}

function expandPath(world: World, value: object, path: string[], whole: string): object {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  const bag = value as Bag;
  if (bag.object === 'list' && head === 'data') {
    return { ...bag, data: (bag.data as object[]).map((item) => expandPath(world, item, rest, whole)) };
  }
  const kind = String(bag.object);
  const nested = bag[head];
  if (
    !EXPANDABLE[kind]?.includes(head) &&
    !(typeof nested === 'object' && nested !== null && rest.length > 0)
  ) {
    throw invalidRequest(`This property cannot be expanded (${whole}).`, { param: 'expand' });
  }
  if (kind === 'charge' && head === 'refunds') {
    return { ...bag, refunds: expandPath(world, refundsOf(world, String(bag.id)), rest, whole) };
  }
  const found = typeof nested === 'string' ? lookUp(world, nested) : nested;
  if (typeof found !== 'object' || found === null) return bag;
  return { ...bag, [head]: expandPath(world, found, rest, whole) };
}

/** The object with every path of `expand` replaced; at most four levels deep, as Stripe allows. */
export function expandAll(world: World, value: object, paths: readonly string[]): object {
  let expanded = value;
  for (const path of paths) {
    const parts = path.split('.');
    if (parts.length > 4) {
      throw invalidRequest(`You cannot expand more than 4 levels of a property (${path}).`, {
        param: 'expand',
      });
    }
    expanded = expandPath(world, expanded, parts, path);
  }
  return expanded;
}
