import { countJournalRows, readJournalPage } from '@/db/sql/ledger-reports';
import { LEDGER_ACCOUNTS } from '@/domain/ledger/accounts';
import type { Posting } from '@/domain/ledger/postings';
import { assertCurrency, toMajorString } from '@/domain/money';
import type { ServiceContext } from '../context';
import type { JournalRow, LedgerScope } from './schemas';
import { authorizedScope } from './scope';

const PAGE = 500;

type Entry = {
  transactionId: string;
  factKey: string;
  restaurantId: string | null;
  paymentId: string | null;
  currency: string;
  businessDay: string;
  occurredAt: Date;
  lines: Posting[];
};

/**
 * The accounting journal: every line of every entry of a period, in double-entry rows, by business day. Authorizes at once;
 * the pages are read as they are taken, so that a journal of any length needs little memory and no long transaction.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export function journal(ctx: ServiceContext, raw: LedgerScope): AsyncGenerator<JournalRow[]> {
  return pages(ctx, authorizedScope(ctx, raw));
}

/**
 * How many rows that journal has.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function countJournal(ctx: ServiceContext, raw: LedgerScope): Promise<number> {
  return (await ctx.db.one<{ count: number }>(countJournalRows, [...authorizedScope(ctx, raw)])).count;
}

async function* pages(
  ctx: ServiceContext,
  scope: ReturnType<typeof authorizedScope>,
): AsyncGenerator<JournalRow[]> {
  let last: Entry | undefined;
  do {
    const entries: Entry[] = await ctx.db.query<Entry>(readJournalPage, [
      ...scope,
      last?.businessDay ?? null,
      last?.transactionId ?? null,
      PAGE,
    ]);
    if (entries.length > 0) yield entries.flatMap(rowsOf);
    last = entries.length === PAGE ? entries.at(-1) : undefined;
  } while (last !== undefined);
}

function rowsOf(entry: Entry): JournalRow[] {
  const currency = assertCurrency(entry.currency);
  const amount = (minor: number) => (minor > 0 ? toMajorString(minor, currency) : '');
  return entry.lines.map(({ account, amountMinor }) => ({
    businessDay: entry.businessDay,
    occurredAt: entry.occurredAt.toISOString(),
    transactionId: entry.transactionId,
    fact: entry.factKey,
    restaurantId: entry.restaurantId ?? '',
    paymentId: entry.paymentId ?? '',
    account,
    accountName: LEDGER_ACCOUNTS[account].name,
    accountType: LEDGER_ACCOUNTS[account].type,
    currency,
    debit: amount(amountMinor),
    credit: amount(-amountMinor),
  }));
}
