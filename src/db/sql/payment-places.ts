/** What people call the table and orders of payments. $1: payment ids. */
export const paymentPlaces = {
  name: 'payment-places',
  text: `SELECT p.id AS "paymentId", t.name AS "tableName",
           (SELECT coalesce(array_agg(o.order_number ORDER BY o.order_number), '{}')
            FROM payment_allocations a JOIN orders o ON o.id = a.order_id WHERE a.payment_id = p.id) AS "orderNumbers"
         FROM payments p LEFT JOIN tables t ON t.id = p.table_id
         WHERE p.id = ANY ($1::uuid[])`,
};
