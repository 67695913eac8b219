import { randomUUID } from 'node:crypto';
import type { World } from '../world';
import { found, nothingTaken, type Plant } from './plant';

/** Orders and the ledger, against payments. */
export const BOOKS_PLANTS: Record<string, Plant> = {
  'a capture that was not posted': (world, n) => {
    const { payment, entry, postings } = world.sound({ totalMinor: n });
    world.remove('ledger_transactions', entry);
    for (const posting of postings) world.remove('ledger_postings', posting);
    return [found('LEDGER', 'MISSING_THERE', 'NOT_POSTED', `ledger:${payment.id}`, -n)];
  },
  'a capture posted with another amount': (world, n) => {
    const { payment, postings } = world.sound({ totalMinor: n });
    Object.assign(postings[0], { amount: n - 2 });
    Object.assign(postings[1], { amount: 2 - n });
    return [found('LEDGER', 'AMOUNT', 'LEDGER_DIFFERS', `ledger:${payment.id}`, -2)];
  },
  'a capture posted for a payment that took nothing': (world, n) => {
    const chain = world.sound({ totalMinor: n });
    nothingTaken(chain, 'CANCELLED');
    world.remove('processor_transactions', chain.charge);
    return [found('LEDGER', 'STATUS', 'POSTED_BUT_NOT_CAPTURED', `posted:${chain.entry.id}`, n)];
  },
  'money that fits no payment, given back and still in the ledger': (world, n) => {
    const { intentId } = world.receipt(world.sound({ totalMinor: n }), n + 1, n + 1);
    return [found('LEDGER', 'AMOUNT', 'RECEIPT_DIFFERS', `receipt:${intentId}`, n + 1)];
  },
  'an order that nobody paid': (world, n) => {
    const { id } = openOrder(world, n, 'COMPLETED');
    return [found('ORDERS', 'MISSING_THERE', 'ORDER_UNPAID', `order:${id}`, -n)];
  },
  'an order that is still open': (world, n) => {
    const { id } = openOrder(world, n, 'PREPARING', daysAgo(world, 2));
    return [found('ORDERS', 'EXPECTED', 'BILL_OPEN', `order:${id}`, -n)];
  },
  'an order that was delivered long ago and never completed': (world, n) => {
    const { id } = openOrder(world, n, 'DELIVERED');
    return [found('ORDERS', 'MISSING_THERE', 'ORDER_UNPAID', `order:${id}`, -n)];
  },
  'an order whose guests have left': (world, n) => {
    const { id } = openOrder(world, n, 'DELIVERED', daysAgo(world, 2), closedSession(world));
    return [found('ORDERS', 'MISSING_THERE', 'ORDER_UNPAID', `order:${id}`, -n)];
  },
  'an order that was cancelled long ago': (world, n) => {
    openOrder(world, n, 'CANCELLED');
    return [];
  },
  'an order paid in part': (world, n) => {
    const { order } = world.sound({ totalMinor: n });
    order.subtotal_amount = n + 9;
    return [found('ORDERS', 'AMOUNT', 'ORDER_UNDERPAID', `order:${order.id}`, -9)];
  },
  'an order paid with more than its bill': (world, n) => {
    const { order } = world.sound({ totalMinor: n });
    order.subtotal_amount = n - 6;
    return [found('ORDERS', 'DUPLICATE', 'OVER_COLLECTED', `order:${order.id}`, 6)];
  },
  'an order whose state is not what its payments gave': (world, n) => {
    const { order, state } = world.sound({ totalMinor: n });
    state.captured_amount = n - 1;
    return [found('ORDERS', 'AMOUNT', 'ORDER_STATE_DIFFERS', `order:${order.id}`, 0)];
  },
};

function openOrder(
  world: World,
  billMinor: number,
  status: string,
  at = world.time.noon,
  sessionId: string | null = null,
) {
  const id = `order-${randomUUID()}`;
  world.add('orders', {
    id,
    restaurant_id: world.restaurantId,
    order_number: '1',
    status,
    currency: world.currency,
    subtotal_amount: billMinor,
    placed_at: at,
    table_session_id: sessionId,
    version: 1,
  });
  world.add('order_payment_states', {
    order_id: id,
    restaurant_id: world.restaurantId,
    state: 'UNPAID',
    captured_amount: 0,
    refunded_amount: 0,
  });
  return { id };
}

const daysAgo = (world: World, days: number) => new Date(world.time.asOf.getTime() - days * 86_400_000);

function closedSession(world: World): string {
  const [tableId, id] = [`table-${randomUUID()}`, `session-${randomUUID()}`];
  const at = world.time.asOf;
  const own = { restaurant_id: world.restaurantId, version: 1 };
  world.add('tables', { id: tableId, name: 'Left', ...own });
  world.add('table_sessions', {
    id,
    table_id: tableId,
    code: id,
    status: 'CLOSED',
    expires_at: at,
    closed_at: at,
    ...own,
  });
  return id;
}
