import { createDb } from '@/db/db';
import { runningEmbeddedUrl } from '@/db/embedded';
import { createPool } from '@/db/pool';
import type { Env } from '@/env';
import { UsageError } from '../command';

/** The demo's look into what no door shows yet, over a connection that cannot write. */
export interface Books {
  /** Ledger lines of a payment, in order: debits positive, credits negative. */
  postingsOf(paymentId: string): Promise<{ account: string; amountMinor: number }[]>;
  close(): Promise<void>;
}

const READ_POSTINGS = {
  name: 'demo-postings',
  text: `SELECT p.account, p.amount AS "amountMinor" FROM ledger_postings p
         JOIN ledger_transactions t ON t.id = p.transaction_id
         WHERE t.payment_id = $1 ORDER BY t.created_at, t.id, p.line`,
};

/** Opens the server's own database for reading. @throws UsageError when no server runs on the embedded one */
export async function openBooks(env: Env): Promise<Books> {
  const address = env.database.url ?? (await runningEmbeddedUrl(env.dataDir));
  if (address === null) throw new UsageError(`No embedded database runs in ${env.dataDir}.`);
  const url = new URL(address);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  const pool = createPool({
    url: url.href,
    max: 1,
    applicationName: 'tabsy-demo-reader',
    onError: () => undefined,
  });
  const db = createDb(pool);
  return {
    postingsOf: (paymentId) => db.query(READ_POSTINGS, [paymentId]),
    close: () => pool.end(),
  };
}
