import { readBankLines, readBankPayouts, readPayoutsSeen, readStatements } from '@/db/sql/bank-lines';
import { addDays } from '@/domain/calendar-day';
import {
  type BankLine,
  type BankPair,
  type BankPayout,
  bookedOf,
  judgeLineWithoutPayout,
  judgePair,
  judgePayoutWithoutLine,
  matchBank,
} from '@/domain/reconciliation/bank';
import { DUE_SEC } from '@/domain/reconciliation/due';
import { isCovered, type PayoutSeen, type Statement } from '@/domain/reconciliation/statements';
import type { JudgedVerdict } from '@/domain/reconciliation/words';
import type { SubjectRow } from './checks';
import { type Comparison, heartbeat, insertRunItems } from './comparison';
import { itemOf } from './item';
import type { Period } from './period';

/**
 * Days to read on both sides of the period. A payout in the period may match a line outside it, and that line may
 * compete with another payout further away. Pairs that a person linked are read whatever their days are.
 */
const MARGIN_DAYS = 15;
const BOOKED_WITHIN_DAYS = DUE_SEC.bankLine / 86_400;

/**
 * Compares the payouts that arrive in the period with the bank's lines. There are only a few payouts a day, so both
 * sides are matched in memory. All other comparisons are made by the database.
 */
export async function compareBank(comparison: Comparison, period: Period): Promise<void> {
  await heartbeat(comparison);
  const { deps, totals } = comparison;
  const window = [addDays(period.fromDay, -MARGIN_DAYS), addDays(period.toDay, MARGIN_DAYS)];
  const [lines, payouts, statements, seen] = await Promise.all([
    deps.db.query<BankLine>(readBankLines, window),
    deps.db.query<BankPayout>(readBankPayouts, window),
    deps.db.query<Statement>(readStatements, []),
    deps.db.query<PayoutSeen>(readPayoutsSeen, [BOOKED_WITHIN_DAYS]),
  ]);
  const isIn = (day: string) => period.fromDay <= day && day <= period.toDay;
  const found = matchBank(lines, payouts);
  const ageSec = (day: string) =>
    Math.max(0, Math.floor((comparison.run.asOf.getTime() - Date.parse(day)) / 1000));
  const judged: { row: SubjectRow; verdict: JudgedVerdict }[] = [
    ...found.pairs
      .filter(({ payout }) => isIn(payout.arrivesOn))
      .map((pair) => {
        const row = rowOf(pair.payout, pair, ageSec(pair.payout.arrivesOn));
        return { row, verdict: judgePair(row, pair.payout.status) };
      }),
    ...found.payoutsLeft
      .filter((payout) => isIn(payout.arrivesOn))
      .map((payout) => ({
        row: rowOf(payout, null, ageSec(payout.arrivesOn)),
        verdict: judgePayoutWithoutLine(payout, isCovered(payout, statements, seen)),
      })),
    ...found.linesLeft
      .filter(({ line }) => isIn(line.bookedOn))
      .map(({ line, names }) => ({
        row: lineRow(line, names, ageSec(line.bookedOn)),
        verdict: judgeLineWithoutPayout(names),
      })),
  ];
  for (const { row, verdict } of judged) {
    totals.addSubject('BANK', verdict.class, row);
    if (row.oursMinor !== null)
      totals.addControl('BANK', { currency: row.currency, side: 'ours', minor: row.oursMinor });
    if (row.theirsMinor !== null)
      totals.addControl('BANK', {
        currency: row.theirsCurrency ?? row.currency,
        side: 'theirs',
        minor: row.theirsMinor,
      });
  }
  await insertRunItems(
    comparison,
    judged.flatMap(({ row, verdict }) => (verdict.class === 'MATCHED' ? [] : [itemOf('BANK', verdict, row)])),
  );
}

function rowOf(
  payout: BankPayout,
  pair: BankPair | null,
  ageSec: number,
): SubjectRow & Record<string, unknown> {
  const booked = pair && bookedOf(pair);
  return {
    subject: `bank-payout:${payout.id}`,
    day: payout.arrivesOn,
    restaurantId: null,
    paymentId: null,
    orderId: null,
    // A failed payout brings no money to the bank.
    oursMinor:
      payout.status === 'failed' || payout.status === 'canceled' ? (pair ? 0 : null) : payout.amountMinor,
    currency: payout.currency,
    theirsMinor: booked?.amountMinor ?? null,
    theirsCurrency: booked?.currency ?? null,
    ageSec,
    payoutId: payout.id,
    payoutStatus: payout.status,
    bankLineId: pair?.lines[0].id ?? null,
    bookedOn: pair?.lines[0].bookedOn ?? null,
    ...(pair && pair.lines.length > 1 && { bankLineIds: pair.lines.map((line) => line.id) }),
  };
}

function lineRow(line: BankLine, names: string | null, ageSec: number): SubjectRow & Record<string, unknown> {
  return {
    subject: `bank:${line.id}`,
    day: line.bookedOn,
    restaurantId: null,
    paymentId: null,
    orderId: null,
    oursMinor: null,
    currency: line.currency,
    theirsMinor: line.amountMinor,
    theirsCurrency: line.currency,
    ageSec,
    bankLineId: line.id,
    payoutId: names,
  };
}
