import type { Pool } from 'pg';
import { readBooks, type StripeSide } from './facts';
import { auditFigures } from './figures';
import { auditFindings } from './findings';
import { missingTransactions } from './processor';

/**
 * What holds once the service has also counted its figures, fetched the processor's balance and made a reconciliation over everything.
 * Like `audit` it uses none of the service's code.
 * @returns one sentence per breach
 */
export async function auditSettled(stripe: StripeSide, pool: Pick<Pool, 'query'>): Promise<string[]> {
  const books = await readBooks(pool);
  return [
    ...missingTransactions(stripe, books),
    ...(await auditFigures(pool)),
    ...(await auditFindings(stripe, books, pool)),
  ];
}
