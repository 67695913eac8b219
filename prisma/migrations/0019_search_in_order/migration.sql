-- Lists of payments in the order of an index, whatever they are narrowed by (src/db/sql/list-payments.ts).

DROP INDEX payments_receipt_prefix_idx;
CREATE INDEX payments_receipt_prefix_idx ON payments (receipt_number COLLATE "C", id) INCLUDE (restaurant_id) WHERE receipt_number IS NOT NULL;
DROP INDEX payments_receipt_number_key;
CREATE UNIQUE INDEX payments_receipt_number_key ON payments (restaurant_id, receipt_number COLLATE "C") WHERE receipt_number IS NOT NULL;
DROP INDEX orders_number_prefix_idx;
CREATE INDEX orders_number_prefix_idx ON orders (order_number COLLATE "C", id);
CREATE INDEX orders_restaurant_number_idx ON orders (restaurant_id, order_number COLLATE "C", id);
-- Cards are most of all payments, so that walking by id finds them at once; others may be few.
CREATE INDEX payments_rare_method_idx ON payments (method, id DESC) WHERE method <> 'CARD';
