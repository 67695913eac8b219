/** Changes of a share's part of the bill: see domain/payment/share-shape.ts. */

/** A share's parts become these; an order without one is covered no longer. $1: payment, $2..$5: orders and their parts. */
export const storeShareParts = {
  name: 'store-share-parts',
  text: `WITH gone AS (
           DELETE FROM payment_allocations WHERE payment_id = $1 AND order_id <> ALL ($2::text[])
         )
         INSERT INTO payment_allocations AS a (payment_id, order_id, subtotal_amount, tax_amount, tip_amount)
         SELECT $1, p.order_id, p.subtotal, p.tax, p.tip
         FROM unnest($2::text[], $3::int[], $4::int[], $5::int[]) AS p (order_id, subtotal, tax, tip)
         ON CONFLICT (payment_id, order_id) DO UPDATE
           SET subtotal_amount = excluded.subtotal_amount, tax_amount = excluded.tax_amount, tip_amount = excluded.tip_amount`,
};

/** Notes a change that is about to be told to the processor. $2: the other shape. Answers its sequence number. */
export const startShareChange = {
  name: 'start-share-change',
  text: `UPDATE payments SET pending_share = $2::jsonb, change_sequence = change_sequence + 1, change_started_at = now()
         WHERE id = $1 RETURNING change_sequence AS "sequence"`,
};

export const endShareChange = {
  name: 'end-share-change',
  text: 'UPDATE payments SET pending_share = NULL WHERE id = $1',
};
