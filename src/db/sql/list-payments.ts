import { literally } from '../like';
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
  /** Beginning of the table's name; upper and lower case are the same. */
  table?: string | undefined;
  /** What comes after this payment, and in a search which way it was found. */
  after?: { id: string; way?: number | undefined } | undefined;
  /** Beginning of the receipt's or an order's number, or an id in the range. */
  search?: { prefix: string; ids: { from: string; to: string } | null } | undefined;
}

/**
 * Newest payments first, with the columns of a view, table and orders. Each list is in the order of an index that narrows it: of ids,
 * of a period by time, a search by what was found. The page is found by id alone, mostly within an index; only its rows
 * are read whole. Without a name: planned for its very values, as one plan cannot fit all (docs/adr/0034).
 */
export function listPaymentRows(filter: PaymentFilter, limit: number) {
  const values: unknown[] = [];
  const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const conditions = conditionsOf(filter, given);
  const count = given(limit, 'int');
  const ways =
    filter.search === undefined
      ? [inOrderOfTime(filter, conditions, given, count)]
      : searchWays(filter.search, filter, conditions, given, count);
  const text = `
WITH page AS MATERIALIZED (
  SELECT id, way, row_number() OVER (ORDER BY way, key COLLATE "C" DESC, tie DESC, at DESC, id DESC) AS place
  FROM (${ways.join(' UNION ALL ')}) found ORDER BY place LIMIT ${count})
SELECT ${VIEW_COLUMNS}, page.way, t.name AS "tableName",
  (SELECT coalesce(array_agg(o.order_number ORDER BY o.order_number), '{}')
   FROM payment_allocations a JOIN orders o ON o.id = a.order_id WHERE a.payment_id = p.id) AS "orderNumbers"
FROM page JOIN payments p ON p.id = page.id ${VIEW_JOINS} LEFT JOIN tables t ON t.id = p.table_id
ORDER BY page.place`;
  return { statement: { name: '', text }, values };
}

/** How many payments there are of a list that is no search. Without a name, for the same reason. */
export function countPaymentRows(filter: Omit<PaymentFilter, 'search' | 'after'>) {
  const values: unknown[] = [];
  const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const text = `SELECT count(*)::int AS count FROM payments p WHERE ${['TRUE', ...conditionsOf(filter, given)].join(' AND ')}`;
  return { statement: { name: '', text }, values };
}

/** By id, which rises with time; of a period by time itself, as an index of ids would be walked down to it. */
function inOrderOfTime(
  { createdFrom, createdTo, after }: PaymentFilter,
  conditions: readonly string[],
  given: Given,
  count: string,
): string {
  const isPeriod = createdFrom !== undefined || createdTo !== undefined;
  const key = isPeriod ? 'p.created_at' : 'NULL::timestamptz';
  const order = isPeriod ? 'p.created_at DESC, p.id DESC' : 'p.id DESC';
  const place = after === undefined ? null : given(after.id, 'uuid');
  const goesOn =
    place === null
      ? []
      : isPeriod
        ? [`(p.created_at, p.id) < ((SELECT created_at FROM payments WHERE id = ${place}), ${place})`]
        : [`p.id < ${place}`];
  return `(SELECT p.id, 0 AS way, ''::text AS key, ''::text AS tie, ${key} AS at FROM payments p
    WHERE ${['TRUE', ...conditions, ...goesOn].join(' AND ')} ORDER BY ${order} LIMIT ${count})`;
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
  add(filter.table, (name) => {
    const at =
      filter.restaurantIds === undefined
        ? ''
        : ` AND ${anyOf('restaurant_id', filter.restaurantIds, 'text', given)}`;
    return `p.table_id IN (SELECT id FROM tables WHERE name ILIKE ${given(`${literally(name)}%`, 'text')}${at})`;
  });
  return found;
}

/**
 * By id, then by receipt, then by order's number, each in falling order within what begins so; a payment comes the first way
 * that finds it. A page goes on within the way of its last payment.
 */
function searchWays(
  { prefix, ids }: NonNullable<PaymentFilter['search']>,
  { restaurantIds, after }: PaymentFilter,
  conditions: readonly string[],
  given: Given,
  count: string,
): string[] {
  const pattern = given(`${literally(prefix)}%`, 'text');
  const last = after === undefined ? null : { way: after.way ?? 0, id: given(after.id, 'uuid') };
  const byId =
    ids === null ? 'FALSE' : `p.id BETWEEN ${given(ids.from, 'uuid')} AND ${given(ids.to, 'uuid')}`;
  const byReceipt = `${RECEIPT} LIKE ${pattern}`;
  const atRestaurant =
    restaurantIds === undefined ? [] : [anyOf('o.restaurant_id', restaurantIds, 'text', given)];
  const notEarlier = [`NOT (${byId})`, `(p.receipt_number IS NULL OR NOT ${byReceipt})`];
  // Of several orders of a payment the last one counts.
  const lastOrderOf = (
    payment: string,
    column: string,
  ) => `SELECT ${column} FROM payment_allocations b JOIN orders x ON x.id = b.order_id
    WHERE b.payment_id = ${payment} AND x.order_number COLLATE "C" LIKE ${pattern} ORDER BY x.order_number COLLATE "C" DESC, x.id DESC LIMIT 1`;
  const ways: Way[] = [
    {
      from: 'payments p',
      where: [...conditions, byId],
      key: `''::text`,
      tie: `''::text`,
      order: ['p.id'],
      after: (id) => [`p.id < ${id}`],
    },
    {
      from: 'payments p',
      where: [...conditions, `NOT (${byId})`],
      begins: RECEIPT,
      key: 'p.receipt_number::text',
      tie: `''::text`,
      order: [RECEIPT, 'p.id'],
      after: (id) => [
        `(${RECEIPT}, p.id) < ((SELECT receipt_number::text FROM payments p WHERE p.id = ${id} AND ${byReceipt}), ${id})`,
      ],
    },
    {
      // Order by order, so that the page ends as soon as it is full.
      from: `orders o CROSS JOIN LATERAL (
        SELECT p.id FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
        WHERE ${['a.order_id = o.id', ...conditions, ...notEarlier, `o.id = (${lastOrderOf('p.id', 'x.id')})`].join(' AND ')} OFFSET 0) p`,
      where: atRestaurant,
      begins: NUMBER,
      key: 'o.order_number::text',
      tie: 'o.id::text',
      order: [NUMBER, 'o.id', 'p.id'],
      after: (id) => {
        const place = `(${lastOrderOf(id, 'x.order_number::text')}), (${lastOrderOf(id, 'x.id::text')})`;
        // The first narrows the index, the second within an order that several have paid.
        return [`(${NUMBER}, o.id) <= (${place})`, `(${NUMBER}, o.id, p.id) < (${place}, ${id})`];
      },
    },
  ];
  return ways.flatMap(({ from, where, begins, key, tie, order, after }, way) => {
    if (last !== null && way < last.way) return [];
    const isWithin = last !== null && way === last.way;
    // What is below a place that begins so and not below the beginning begins so too. With LIKE, the index would be entered at the
    // end of its range and walked down to the place.
    const found =
      begins === undefined
        ? []
        : [isWithin ? `${begins} >= ${given(prefix, 'text')}` : `${begins} LIKE ${pattern}`];
    const goesOn = isWithin ? after(last.id) : [];
    const falling = order.map((part) => `${part} DESC`);
    return [
      `(SELECT p.id, ${way} AS way, ${key} AS key, ${tie} AS tie, NULL::timestamptz AS at FROM ${from}
        WHERE ${[...where, ...found, ...goesOn].join(' AND ')} ORDER BY ${falling.join(', ')} LIMIT ${count})`,
    ];
  });
}

const RECEIPT = 'p.receipt_number COLLATE "C"';
const NUMBER = 'o.order_number COLLATE "C"';

/** One way to match, in an order of its own. */
interface Way {
  from: string;
  where: string[];
  /** The column that begins with what is searched for, where `where` does not say it. */
  begins?: string;
  /** What was found, by which they come in falling order, and what tells equal ones apart. */
  key: string;
  tie: string;
  order: string[];
  /** What comes after a payment that was found this way. */
  after(id: string): string[];
}

/** One value is compared, so that an index keeps its order; several are a list. */
function anyOf(column: string, values: readonly string[], type: string, given: Given): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return `${column} = ${given(only, type)}`;
  return `${column} = ANY (${given(values, `${type}[]`)})`;
}
