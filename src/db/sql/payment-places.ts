/** What people call the restaurant, table and orders of payments. $1: payment ids. */
export const paymentPlaces = {
  name: 'payment-places',
  text: `SELECT p.id AS "paymentId", r.name AS "restaurantName", t.name AS "tableName",
           (SELECT coalesce(array_agg(o.order_number ORDER BY o.order_number), '{}')
            FROM payment_allocations a JOIN orders o ON o.id = a.order_id WHERE a.payment_id = p.id) AS "orderNumbers"
         FROM payments p JOIN restaurants r ON r.id = p.restaurant_id LEFT JOIN tables t ON t.id = p.table_id
         WHERE p.id = ANY ($1::uuid[])`,
};
