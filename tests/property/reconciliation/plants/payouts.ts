import type { World } from '../world';
import { found, justNow, type Plant } from './plant';

/** Payouts, against their transactions and the bank. */
export const PAYOUT_PLANTS: Record<string, Plant> = {
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
  'a payout whose lines are not due': (world, n) => {
    const chain = world.sound({ totalMinor: n });
    const { payout, share } = world.payout(chain);
    Object.assign(payout, { lines_state: 'WAITING', posted_at: null, occurred_at: justNow(world) });
    world.remove('payout_shares', share);
    if (chain.charge) chain.charge.payout_id = null;
    return [found('PAYOUTS', 'EXPECTED', 'LINES_UNDER_WAY', `payout:${payout.id}`, n - 30)];
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
  'a bank line in another currency': (world, n) => {
    const { payout, line } = world.payout(world.sound({ totalMinor: n }));
    world.remove('bank_lines', line);
    world.bankLine(n - 30, `STRIPE trace-${payout.id}`, world.otherCurrency);
    return [found('BANK', 'CURRENCY', 'BANK_CURRENCY_DIFFERS', `bank-payout:${payout.id}`, 30 - n)];
  },
  'a payout that is at the bank and not paid here': (world, n) => {
    const { payout } = unpaidPayout(world, n);
    return [found('BANK', 'STATUS', 'AT_BANK_BUT_NOT_PAID', `bank-payout:${payout.id}`, 0)];
  },
  'a payout on its way to the bank': (world, n) => {
    const { payout, line } = unpaidPayout(world, n);
    world.remove('bank_lines', line);
    return [found('BANK', 'EXPECTED', 'PAYOUT_IN_TRANSIT', `bank-payout:${payout.id}`, 30 - n)];
  },
  'a payout that no statement can have yet': (world, n) => {
    const { payout, line } = world.payout(world.sound({ totalMinor: n }));
    payout.arrival_at = justNow(world);
    world.remove('bank_lines', line);
    return [found('BANK', 'EXPECTED', 'STATEMENT_NOT_HERE_YET', `bank-payout:${payout.id}`, 30 - n)];
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
};

/** Under way and in no books; the bank has it. */
function unpaidPayout(world: World, n: number) {
  const made = world.payout(world.sound({ totalMinor: n }));
  Object.assign(made.payout, { status: 'in_transit', posted_at: null });
  world.remove('payout_shares', made.share);
  return made;
}
