import { list } from '@/db/json-list';
import { awaitTransactions } from '@/db/sql/processor-transactions';
import type { Tx } from '@/db/transaction';

/** An event named a balance transaction: the worker fetches it (sync.ts), unless it is here. */
export async function awaitTransaction(tx: Tx, transactionId: string): Promise<void> {
  await tx.query(awaitTransactions, [list({ id: transactionId })]);
}
