import { randomUUID } from 'node:crypto';
import type { World } from './world';

/** `way class reason subject difference`: what a run must say of a plant; differences are theirs less ours, in minor units. */
export type Expected = string;

const found = (
  way: string,
  itemClass: string,
  reason: string,
  subject: unknown,
  differenceMinor: number,
): Expected => `${way} ${itemClass} ${reason} ${subject} ${differenceMinor}`;

/** Makes one thing wrong in one way, on rows of its own; `n` is an amount that is its own too. */
export const PLANTS: Record<string, (world: World, n: number) => Expected[]> = {
  'a charge that the processor does not know': (world, n) => {
    const { payment, charge } = world.sound({ totalMinor: n });
    world.remove('processor_transactions', charge);
    return [found('PROCESSOR', 'MISSING_THERE', 'NO_BALANCE_TRANSACTION', `charge:${payment.id}`, -n)];
  },
  'a charge whose balance transaction is not due': (world, n) => {
    const at = new Date(world.time.asOf.getTime() - 3_600_000);
    const { payment, charge } = world.sound({ totalMinor: n, at });
    world.remove('processor_transactions', charge);
    return [found('PROCESSOR', 'EXPECTED', 'LATE_BALANCE_TRANSACTION', `charge:${payment.id}`, -n)];
  },
  'a charge of another amount': (world, n) => {
    const { payment, charge } = world.sound({ totalMinor: n });
    if (charge) Object.assign(charge, { gross_amount: n + 7, net_amount: n + 7 - 30 });
    return [found('PROCESSOR', 'AMOUNT', 'CHARGE_AMOUNT_DIFFERS', `charge:${payment.id}`, 7)];
  },
  'a charge in another currency': (world, n) => {
    const { payment, charge } = world.sound({ totalMinor: n });
    if (charge) charge.currency = 'EUR';
    return [found('PROCESSOR', 'CURRENCY', 'CHARGE_CURRENCY_DIFFERS', `charge:${payment.id}`, -n)];
  },
  'another fee': (world, n) => {
    const { payment, charge } = world.sound({ totalMinor: n });
    if (charge) Object.assign(charge, { fee_amount: 31, net_amount: n - 31 });
    return [found('PROCESSOR', 'FEE', 'FEE_DIFFERS', `charge:${payment.id}`, 0)];
  },
  'a payment charged twice': (world, n) => {
    const { payment } = world.sound({ totalMinor: n });
    world.movement({ category: 'charge', grossMinor: n, feeMinor: 30, paymentId: String(payment.id) });
    return [found('PROCESSOR', 'DUPLICATE', 'CHARGED_TWICE', `charge:${payment.id}`, n)];
  },
  'a second charge that was given back in part': (world, n) => {
    const chain = world.sound({ totalMinor: n });
    const { back } = world.extraCharge(chain, n, 10);
    return [
      found('PROCESSOR', 'DUPLICATE', 'CHARGED_TWICE', `charge:${chain.payment.id}`, n),
      found('PROCESSOR', 'MISSING_HERE', 'UNKNOWN_REFUND', `movement:${back.id}`, -10),
    ];
  },
  'a charge that paid and was given back without a refund here': (world, n) => {
    const { payment, charge } = world.sound({ totalMinor: n });
    const back = world.movement({
      category: 'refund',
      grossMinor: -n,
      paymentId: String(payment.id),
      sourceId: `re_${randomUUID()}`,
      chargeId: String(charge?.charge_id),
      intentId: String(charge?.intent_id),
    });
    return [found('PROCESSOR', 'MISSING_HERE', 'UNKNOWN_REFUND', `movement:${back.id}`, -n)];
  },
  'a card charged beside cash': (world, n) => {
    const { payment } = world.sound({
      totalMinor: n,
      provider: 'CASH',
      at: new Date(world.time.noon.getTime() + 9 * 3_600_000),
    });
    world.movement({ category: 'charge', grossMinor: n, paymentId: String(payment.id) });
    return [found('PROCESSOR', 'DUPLICATE', 'CHARGED_BESIDE_CASH', `charge:${payment.id}`, n)];
  },
  'a charge of a payment that failed here': (world, n) => {
    const chain = world.sound({ totalMinor: n });
    Object.assign(chain.payment, {
      status: 'FAILED',
      business_day: null,
      completed_at: null,
      fee_amount: null,
      net_amount: null,
    });
    Object.assign(chain.state, { state: 'UNPAID', captured_amount: 0 });
    chain.order.status = 'CANCELLED';
    world.remove('ledger_transactions', chain.entry);
    for (const posting of chain.postings) world.remove('ledger_postings', posting);
    return [found('PROCESSOR', 'STATUS', 'CHARGED_BUT_NOT_CAPTURED', `uncaptured:${chain.charge?.id}`, n)];
  },
  'a refund that the processor does not know': (world, n) => {
    const { refund, movement } = world.refund(world.sound({ totalMinor: n }), 20);
    world.remove('processor_transactions', movement);
    return [found('PROCESSOR', 'MISSING_THERE', 'NO_REFUND_TRANSACTION', `refund:${refund.id}`, 20)];
  },
  'a refund of another amount': (world, n) => {
    const { refund, movement } = world.refund(world.sound({ totalMinor: n }), 20);
    Object.assign(movement, { gross_amount: -19, net_amount: -19 });
    return [found('PROCESSOR', 'AMOUNT', 'REFUND_AMOUNT_DIFFERS', `refund:${refund.id}`, 1)];
  },
  'a refund that is missing here': (world, n) => {
    const { payment } = world.sound({ totalMinor: n });
    const movement = world.movement({
      category: 'refund',
      grossMinor: -15,
      paymentId: String(payment.id),
      sourceId: `re_${randomUUID()}`,
    });
    return [found('PROCESSOR', 'MISSING_HERE', 'UNKNOWN_REFUND', `movement:${movement.id}`, -15)];
  },
  'a refund that failed here and moved': (world, n) => {
    const { refund } = world.refund(world.sound({ totalMinor: n }), 20, 'FAILED');
    return [found('PROCESSOR', 'STATUS', 'REFUND_FAILED_BUT_MOVED', `refund:${refund.id}`, -20)];
  },
  'a refund that never ends': (world, n) => {
    const { refund } = world.refund(world.sound({ totalMinor: n }), 20, 'PROCESSING');
    return [found('PROCESSOR', 'STATUS', 'REFUND_NOT_FINISHED', `refund:${refund.id}`, 0)];
  },
  'a dispute without its money': (world, n) => {
    const { dispute, movement } = world.dispute(world.sound({ totalMinor: n }), n);
    world.remove('processor_transactions', movement);
    return [found('PROCESSOR', 'MISSING_THERE', 'NO_DISPUTE_TRANSACTION', `dispute:${dispute.id}`, n)];
  },
  'a dispute that took another amount': (world, n) => {
    const { dispute, movement } = world.dispute(world.sound({ totalMinor: n }), n);
    Object.assign(movement, { gross_amount: -n - 3, net_amount: -n - 3 - 1500 });
    return [found('PROCESSOR', 'AMOUNT', 'DISPUTE_AMOUNT_DIFFERS', `dispute:${dispute.id}`, -3)];
  },
  'a dispute that is missing here': (world, n) => {
    const { dispute, movement } = world.dispute(world.sound({ totalMinor: n }), n);
    world.remove('disputes', dispute);
    return [found('PROCESSOR', 'MISSING_HERE', 'UNKNOWN_DISPUTE', `movement:${movement.id}`, -n)];
  },
  'a foreign charge': (world, n) => {
    const movement = world.movement({ category: 'charge', grossMinor: n, feeMinor: 5 });
    return [found('PROCESSOR', 'MISSING_HERE', 'FOREIGN_CHARGE', `movement:${movement.id}`, n)];
  },
  'a foreign refund': (world, n) => {
    const movement = world.movement({ category: 'refund', grossMinor: -n });
    return [found('PROCESSOR', 'MISSING_HERE', 'FOREIGN_REFUND', `movement:${movement.id}`, -n)];
  },
  'a foreign dispute': (world, n) => {
    const movement = world.movement({ category: 'dispute', grossMinor: -n });
    return [found('PROCESSOR', 'MISSING_HERE', 'FOREIGN_DISPUTE', `movement:${movement.id}`, -n)];
  },
  'a movement of no known kind': (world, n) => {
    const movement = world.movement({ category: 'other_adjustment', grossMinor: -n });
    return [found('PROCESSOR', 'MISSING_HERE', 'OTHER_MOVEMENT', `movement:${movement.id}`, -n)];
  },
  'a charge that waits for its payment': (world, n) => {
    const at = new Date(world.time.asOf.getTime() - 3_600_000);
    const movement = world.movement({ category: 'charge', grossMinor: n, at, isPosted: false });
    return [found('PROCESSOR', 'EXPECTED', 'WAITS_FOR_ITS_PAYMENT', `movement:${movement.id}`, n)];
  },
  'a fee of the account that is in no books': (world, n) => {
    const movement = world.movement({ category: 'fee', grossMinor: -n, isPosted: false });
    return [found('PROCESSOR', 'MISSING_HERE', 'FEE_NOT_POSTED', `movement:${movement.id}`, -n)];
  },
  'a fee of the account with another amount in the books': (world, n) => {
    const movement = world.movement({ category: 'fee', grossMinor: -n });
    const { day, noon } = world.time;
    const books = {
      paymentId: null,
      restaurantId: null,
      day,
      at: noon,
      account: 'PROCESSOR_FEES',
      against: 'PROCESSOR_CLEARING',
    };
    world.entry({ ...books, factKey: `account-fee:${movement.id}`, amountMinor: n + 4 });
    return [found('PROCESSOR', 'AMOUNT', 'POSTED_FEE_DIFFERS', `movement:${movement.id}`, 4)];
  },
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
    Object.assign(chain.payment, {
      status: 'CANCELLED',
      business_day: null,
      completed_at: null,
      fee_amount: null,
      net_amount: null,
    });
    Object.assign(chain.state, { state: 'UNPAID', captured_amount: 0 });
    chain.order.status = 'CANCELLED';
    world.remove('processor_transactions', chain.charge);
    return [found('LEDGER', 'STATUS', 'POSTED_BUT_NOT_CAPTURED', `posted:${chain.entry.id}`, n)];
  },
  'an order that nobody paid': (world, n) => {
    const { id } = openOrder(world, n, 'COMPLETED');
    return [found('ORDERS', 'MISSING_THERE', 'ORDER_UNPAID', `order:${id}`, -n)];
  },
  'an order that is still open': (world, n) => {
    const { id } = openOrder(world, n, 'PREPARING');
    return [found('ORDERS', 'EXPECTED', 'BILL_OPEN', `order:${id}`, -n)];
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
  'a payout with a remainder': (world, n) => {
    const { payout, line } = world.payout(world.sound({ totalMinor: n }));
    payout.amount = n - 30 + 11;
    line.amount = n - 30 + 11;
    return [found('PAYOUTS', 'REMAINDER', 'LINES_DIFFER', `payout:${payout.id}`, 11)];
  },
  'a payout whose lines never came': (world, n) => {
    const chain = world.sound({ totalMinor: n });
    const { payout, share } = world.payout(chain);
    Object.assign(payout, { lines_state: 'WAITING', posted_at: null });
    world.remove('payout_shares', share);
    if (chain.charge) chain.charge.payout_id = null;
    return [found('PAYOUTS', 'MISSING_HERE', 'LINES_MISSING', `payout:${payout.id}`, n - 30)];
  },
  'a payout by hand': (world, n) => {
    const chain = world.sound({ totalMinor: n });
    const { payout, share } = world.payout(chain);
    Object.assign(payout, { lines_state: 'NONE', is_automatic: false });
    world.remove('payout_shares', share);
    if (chain.charge) chain.charge.payout_id = null;
    return [found('PAYOUTS', 'REMAINDER', 'NOT_ITEMISED', `payout:${payout.id}`, n - 30)];
  },
  'a payout that is in no books': (world, n) => {
    const { payout, share } = world.payout(world.sound({ totalMinor: n }));
    payout.posted_at = null;
    world.remove('payout_shares', share);
    return [found('PAYOUTS', 'STATUS', 'PAYOUT_NOT_POSTED', `payout:${payout.id}`, 0)];
  },
  'a share that is not the sum of its lines': (world, n) => {
    const { payout, share } = world.payout(world.sound({ totalMinor: n }));
    share.amount = n - 30 - 8;
    return [found('PAYOUTS', 'REMAINDER', 'SHARE_DIFFERS', `share:${payout.id}:${world.restaurantId}`, -8)];
  },
  'a payout that came back and stands in the books': (world, n) => {
    const { payout, line } = world.payout(world.sound({ totalMinor: n }));
    payout.status = 'failed';
    world.remove('bank_lines', line);
    return [found('PAYOUTS', 'STATUS', 'FAILED_BUT_POSTED', `payout:${payout.id}`, 0)];
  },
  'a bank line of another amount': (world, n) => {
    const { payout, line } = world.payout(world.sound({ totalMinor: n }));
    line.amount = n - 30 - 5;
    return [found('BANK', 'AMOUNT', 'BANK_AMOUNT_DIFFERS', `bank-payout:${payout.id}`, -5)];
  },
  'a payout that the bank does not have': (world, n) => {
    const { payout, line } = world.payout(world.sound({ totalMinor: n }));
    world.remove('bank_lines', line);
    world.bankLine(1, 'STRIPE nothing'); // a statement covers the day
    return [
      found('BANK', 'MISSING_THERE', 'NOT_AT_BANK', `bank-payout:${payout.id}`, 30 - n),
      'BANK MISSING_HERE UNKNOWN_BANK_LINE * 1',
    ];
  },
  'a bank line that is no payout': (world, n) => {
    const line = world.bankLine(n, 'STRIPE unknown');
    return [found('BANK', 'MISSING_HERE', 'UNKNOWN_BANK_LINE', `bank:${line.id}`, n)];
  },
  'a second bank line of a payout': (world, n) => {
    const { payout } = world.payout(world.sound({ totalMinor: n }));
    world.bankLine(n - 30, `STRIPE trace-${payout.id}`);
    return [`BANK DUPLICATE SECOND_BANK_LINE * ${n - 30}`];
  },
  'a drawer that is short': (world, n) => {
    const drawer = world.drawer(n, { from: 2, to: 3 });
    Object.assign(drawer, { counted_amount: n - 5, difference_amount: -5 });
    return [found('CASH', 'AMOUNT', 'DRAWER_SHORT', `drawer:${drawer.id}`, -5)];
  },
  'a drawer that is over': (world, n) => {
    const drawer = world.drawer(n, { from: 4, to: 5 });
    Object.assign(drawer, { counted_amount: n + 5, difference_amount: 5 });
    return [found('CASH', 'AMOUNT', 'DRAWER_OVER', `drawer:${drawer.id}`, 5)];
  },
  'a drawer that expected something else': (world, n) => {
    const drawer = world.drawer(n, { from: 6, to: 7 });
    Object.assign(drawer, { expected_amount: n + 2, difference_amount: -2 });
    return [found('CASH', 'REMAINDER', 'EXPECTATION_DIFFERS', `drawer:${drawer.id}`, 0)];
  },
  'cash that is in no drawer': (world, n) => {
    world.drawer(n, { from: -3, to: -2 });
    const { payment } = world.sound({
      totalMinor: n,
      provider: 'CASH',
      at: new Date(world.time.noon.getTime() - 2.5 * 3_600_000),
    });
    return [found('CASH', 'MISSING_THERE', 'CASH_OUTSIDE_DRAWER', `cash:${payment.id}`, -n)];
  },
  'cash that went into a drawer with another amount': (world, n) => {
    const drawer = world.drawer(50, { from: -5, to: -4 });
    const chain = world.sound({
      totalMinor: n,
      provider: 'CASH',
      at: new Date(world.time.noon.getTime() - 4.5 * 3_600_000),
    });
    const movement = world.putInto(drawer, chain);
    movement.amount = n - 3;
    Object.assign(drawer, { expected_amount: 50 + n - 3, counted_amount: 50 + n - 3 });
    return [found('CASH', 'AMOUNT', 'CASH_MOVEMENT_DIFFERS', `cash:${chain.payment.id}`, -3)];
  },
  'a drawer that nobody counted': (world, n) => {
    // Open from after everything else on, so that nothing else is cash of its time.
    const drawer = world.drawer(n, { from: 11, to: null });
    return [found('CASH', 'STATUS', 'DRAWER_NOT_COUNTED', `drawer:${drawer.id}`, -n)];
  },
  'a Z-report that is out of date': (world, n) => {
    world.add('z_reports', {
      restaurant_id: world.restaurantId,
      number: 1,
      business_day: world.time.lastDay,
      figures: { currencies: [{ currency: 'USD', netMinor: n }], receipts: null, drawers: [] },
      made_by: 'user:test',
      made_at: world.time.noon,
    });
    return ['CASH AMOUNT Z_REPORT_DIFFERS * *'];
  },
};

function openOrder(world: World, billMinor: number, status: string) {
  const id = `order-${randomUUID()}`;
  world.add('orders', {
    id,
    restaurant_id: world.restaurantId,
    order_number: '1',
    status,
    currency: 'USD',
    subtotal_amount: billMinor,
    placed_at: world.time.noon,
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
