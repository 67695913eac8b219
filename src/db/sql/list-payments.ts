import { VIEW_COLUMNS, VIEW_JOINS } from './read-view';

/** What a list of payments is narrowed by. Every part that is given must hold. */
export interface PaymentFilter {
  /** Any of them; empty: none is visible. */
  restaurantIds?: readonly string[] | undefined;
  /** Of this customer, or at this table; at least one is given. */
  owner?: { customerId?: string | undefined; tableSessionId?: string | undefined } | undefined;
  tableSessionId?: string | undefined;
  orderId?: string | undefined;
  splitGroupId?: string | undefined;
  statuses?: readonly string[] | undefined;
  methods?: readonly string[] | undefined;
  createdFrom?: Date | undefined;
  createdTo?: Date | undefined;
  totalFromMinor?: number | undefined;
  totalToMinor?: number | undefined;
  /** Payments older than this one. */
  beforeId?: string | undefined;
  /** Beginning of the receipt's or an order's number, or an id in the range. */
  search?: { prefix: string; ids: { from: string; to: string } | null } | undefined;
}

/**
 * Newest payments first, by id, with the columns of a view, table and orders. The page is found by id alone, mostly within an
 * index; only its rows are read whole. Without a name: planned for its very values, as one plan cannot fit all (docs/adr/0034).
 */
export function listPaymentRows(filter: PaymentFilter, limit: number) {
  const values: unknown[] = [];
  const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const conditions = conditionsOf(filter, given);
  const count = given(limit, 'int');
  const page = (from: string, more: readonly string[]) =>
    `(SELECT DISTINCT p.id FROM ${from} WHERE ${['TRUE', ...conditions, ...more].join(' AND ')} ORDER BY p.id DESC LIMIT ${count})`;
  const pages =
    filter.search === undefined
      ? [page('payments p', []).replace('DISTINCT ', '')]
      : searchPages(filter.search, given, page);
  const text = `
WITH page AS MATERIALIZED (SELECT id FROM (${pages.join(' UNION ')}) found ORDER BY id DESC LIMIT ${count})
SELECT ${VIEW_COLUMNS}, t.name AS "tableName",
  (SELECT coalesce(array_agg(o.order_number ORDER BY o.order_number), '{}')
   FROM payment_allocations a JOIN orders o ON o.id = a.order_id WHERE a.payment_id = p.id) AS "orderNumbers"
FROM page JOIN payments p ON p.id = page.id ${VIEW_JOINS} LEFT JOIN tables t ON t.id = p.table_id
ORDER BY p.id DESC`;
  return { statement: { name: '', text }, values };
}

type Given = (value: unknown, type: string) => string;

function conditionsOf(filter: PaymentFilter, given: Given): string[] {
  const found: string[] = [];
  const add = <Value>(value: Value | undefined, write: (value: Value) => string) => {
    if (value !== undefined) found.push(write(value));
  };
  add(filter.restaurantIds, (ids) => anyOf('p.restaurant_id', ids, 'text', given));
  add(filter.owner, ({ customerId, tableSessionId }) => {
    const either = [
      ...(customerId === undefined ? [] : [`p.customer_id = ${given(customerId, 'text')}`]),
      ...(tableSessionId === undefined ? [] : [`p.table_session_id = ${given(tableSessionId, 'text')}`]),
    ];
    return `(${either.join(' OR ')})`;
  });
  add(filter.tableSessionId, (id) => `p.table_session_id = ${given(id, 'text')}`);
  add(
    filter.orderId,
    (id) => `p.id IN (SELECT payment_id FROM payment_allocations WHERE order_id = ${given(id, 'text')})`,
  );
  add(filter.splitGroupId, (id) => `p.split_group_id = ${given(id, 'uuid')}`);
  add(filter.statuses, (statuses) => anyOf('p.status', statuses, 'payment_status_enum', given));
  add(filter.methods, (methods) => anyOf('p.method', methods, 'payment_method_enum', given));
  add(filter.createdFrom, (at) => `p.created_at >= ${given(at, 'timestamptz')}`);
  add(filter.createdTo, (at) => `p.created_at < ${given(at, 'timestamptz')}`);
  add(filter.totalFromMinor, (minor) => `p.total_amount >= ${given(minor, 'int')}`);
  add(filter.totalToMinor, (minor) => `p.total_amount <= ${given(minor, 'int')}`);
  add(filter.beforeId, (id) => `p.id < ${given(id, 'uuid')}`);
  return found;
}

/** The newest of each way to match, at most a page each: the newest of all are among them. */
function searchPages(
  { prefix, ids }: NonNullable<PaymentFilter['search']>,
  given: Given,
  page: (from: string, more: readonly string[]) => string,
): string[] {
  // The database's own wildcards mean themselves.
  const pattern = given(`${prefix.replace(/[\\%_]/g, '\\$&')}%`, 'text');
  const byOrder =
    'orders o JOIN payment_allocations a ON a.order_id = o.id JOIN payments p ON p.id = a.payment_id';
  return [
    page('payments p', [`p.receipt_number LIKE ${pattern}`]),
    page(byOrder, [`o.order_number COLLATE "C" LIKE ${pattern}`]),
    ...(ids === null
      ? []
      : [page('payments p', [`p.id BETWEEN ${given(ids.from, 'uuid')} AND ${given(ids.to, 'uuid')}`])]),
  ];
}

/** One value is compared, so that an index keeps its order; several are a list. */
function anyOf(column: string, values: readonly string[], type: string, given: Given): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return `${column} = ${given(only, type)}`;
  return `${column} = ANY (${given(values, `${type}[]`)})`;
}
