import { randomUUID } from 'node:crypto';
import { found, justNow, nothingTaken, type Plant } from './plant';

/** What the processor moved, against payments, refunds and disputes. */
export const PROCESSOR_PLANTS: Record<string, Plant> = {
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
    if (charge) charge.currency = world.otherCurrency;
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
    nothingTaken(chain, 'FAILED');
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
  'a refund in another currency': (world, n) => {
    const { refund, movement } = world.refund(world.sound({ totalMinor: n }), 20);
    movement.currency = world.otherCurrency;
    return [found('PROCESSOR', 'CURRENCY', 'REFUND_CURRENCY_DIFFERS', `refund:${refund.id}`, 20)];
  },
  'a refund whose balance transaction is not due': (world, n) => {
    const { refund, movement } = world.refund(world.sound({ totalMinor: n }), 20);
    const at = justNow(world);
    Object.assign(refund, { processed_at: at, created_at: at });
    world.remove('processor_transactions', movement);
    return [found('PROCESSOR', 'EXPECTED', 'LATE_REFUND', `refund:${refund.id}`, 20)];
  },
  'a refund that is under way': (world, n) => {
    const { refund } = world.refund(world.sound({ totalMinor: n }), 20, 'PROCESSING');
    const at = justNow(world);
    Object.assign(refund, { processed_at: at, created_at: at });
    return [found('PROCESSOR', 'EXPECTED', 'REFUND_UNDER_WAY', `refund:${refund.id}`, 0)];
  },
  'a refund at the processor whose event is on the way': (world, n) => {
    const { payment } = world.sound({ totalMinor: n });
    const movement = world.movement({
      category: 'refund',
      grossMinor: -15,
      at: justNow(world),
      paymentId: String(payment.id),
      sourceId: `re_${randomUUID()}`,
    });
    return [found('PROCESSOR', 'EXPECTED', 'EVENT_UNDER_WAY', `movement:${movement.id}`, -15)];
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
  'a dispute in another currency': (world, n) => {
    const { dispute, movement } = world.dispute(world.sound({ totalMinor: n }), n);
    movement.currency = world.otherCurrency;
    return [found('PROCESSOR', 'CURRENCY', 'DISPUTE_CURRENCY_DIFFERS', `dispute:${dispute.id}`, n)];
  },
  'a dispute whose money is not due': (world, n) => {
    const { dispute, movement } = world.dispute(world.sound({ totalMinor: n }), n);
    dispute.updated_at = justNow(world);
    world.remove('processor_transactions', movement);
    return [found('PROCESSOR', 'EXPECTED', 'DISPUTE_FUNDS_UNDER_WAY', `dispute:${dispute.id}`, n)];
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
};
