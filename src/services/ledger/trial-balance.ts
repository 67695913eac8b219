import { readTrialBalance } from '@/db/sql/ledger-reports';
import { LEDGER_ACCOUNTS, type LedgerAccount } from '@/domain/ledger/accounts';
import { sumMinor } from '@/domain/money';
import type { ServiceContext } from '../context';
import { grouped } from './group';
import type { Books, LedgerScope } from './schemas';
import { authorizedScope } from './scope';

type Row = {
  restaurantId: string | null;
  currency: string;
  account: LedgerAccount;
  type: string;
  debitMinor: number;
  creditMinor: number;
};

/**
 * Sums per account of each restaurant and currency, and of the platform's own books; debits equal credits in each.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function trialBalance(ctx: ServiceContext, raw: LedgerScope): Promise<{ books: Books[] }> {
  const rows = await ctx.db.query<Row>(readTrialBalance, authorizedScope(ctx, raw));
  const books = grouped(rows, (row) => JSON.stringify([row.restaurantId, row.currency]));
  return { books: books.map(booksOf) };
}

function booksOf(rows: readonly Row[]): Books {
  const debitMinor = sumMinor(rows.map((row) => row.debitMinor));
  const creditMinor = sumMinor(rows.map((row) => row.creditMinor));
  return {
    restaurantId: rows[0]?.restaurantId ?? null,
    currency: rows[0]?.currency ?? '',
    accounts: rows.map((row) => ({
      account: row.account,
      name: LEDGER_ACCOUNTS[row.account].name,
      type: row.type,
      debitMinor: row.debitMinor,
      creditMinor: row.creditMinor,
      balanceMinor: row.debitMinor - row.creditMinor,
    })),
    debitMinor,
    creditMinor,
    balanceMinor: debitMinor - creditMinor,
  };
}
