import { randomUUID } from 'node:crypto';
import { createDb } from '@/db/db';
import { runningEmbeddedUrl } from '@/db/embedded';
import { createPool } from '@/db/pool';
import type { Env } from '@/env';
import { UsageError } from '../command';

/** What the processor's list of movements would say if something had gone wrong; undone by `pull`. */
export interface Planted {
  refundTransactionId: string;
  foreignTransactionId: string;
  pull(): Promise<void>;
}

const MOVEMENT = {
  name: 'demo-plant-movement',
  text: `INSERT INTO processor_transactions (id, type, reporting_category, source_id, gross_amount, fee_amount, net_amount, currency,
           available_on, occurred_at, payment_id, restaurant_id, posted_at)
         SELECT $1, $2, $2, $3, $4, 0, $4, $5, now(), now() - interval '2 hours', p.id, p.restaurant_id, now()
         FROM (SELECT 1) one LEFT JOIN payments p ON p.id = $6::uuid`,
};
const CHANGE = {
  name: 'demo-plant-amount',
  text: `UPDATE processor_transactions SET gross_amount = gross_amount + $2, net_amount = net_amount + $2
         WHERE payment_id = $1 AND reporting_category = 'charge'`,
};
const PULL = { name: 'demo-pull', text: 'DELETE FROM processor_transactions WHERE id = ANY ($1::text[])' };

/**
 * Plants, in what we keep of the processor's own list: a refund of one payment that nobody here knows of, another amount for a
 * second payment, and a charge that is nobody's. @throws UsageError when no server runs on the embedded database
 */
export async function plant(
  env: Env,
  wrong: {
    refundOf: string;
    refundMinor: number;
    amountOf: string;
    moreMinor: number;
    foreignMinor: number;
    currency: string;
  },
): Promise<Planted> {
  const address = env.database.url ?? (await runningEmbeddedUrl(env.dataDir));
  if (address === null) throw new UsageError(`No embedded database runs in ${env.dataDir}.`);
  const pool = createPool({
    url: address,
    max: 1,
    applicationName: 'tabsy-demo-planter',
    onError: () => undefined,
  });
  const db = createDb(pool);
  const [refundId, foreignId] = [`txn_planted_${randomUUID()}`, `txn_planted_${randomUUID()}`];
  const { currency } = wrong;
  await db.transaction(async (tx) => {
    await tx.query(MOVEMENT, [
      refundId,
      'refund',
      `re_planted_${randomUUID()}`,
      -wrong.refundMinor,
      currency,
      wrong.refundOf,
    ]);
    await tx.query(CHANGE, [wrong.amountOf, wrong.moreMinor]);
    await tx.query(MOVEMENT, [
      foreignId,
      'charge',
      `ch_planted_${randomUUID()}`,
      wrong.foreignMinor,
      currency,
      null,
    ]);
  });
  return {
    refundTransactionId: refundId,
    foreignTransactionId: foreignId,
    pull: async () => {
      await db.transaction(async (tx) => {
        await tx.query(PULL, [[refundId, foreignId]]);
        await tx.query(CHANGE, [wrong.amountOf, -wrong.moreMinor]);
      });
      await pool.end();
    },
  };
}
