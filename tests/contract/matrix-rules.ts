/** The matrix of the legacy API: what each row answers to each actor. Kept by matrix.test.ts and foreign-figures.test.ts. */
export const ACTORS = [
  'nobody',
  'payer', // the guest whose order and payment it is
  'table mate',
  'other guest', // of another restaurant
  'customer', // signed in; asked about an order and a payment of their own at that table
  'stranger', // another signed-in customer
  'staff',
  'owner',
  'other staff', // of another restaurant
  'other owner',
  'admin',
  'service',
] as const;
export type ActorName = (typeof ACTORS)[number];
export type Row = Record<ActorName, number>;

/** One thing to ask about, made anew for every cell of a row that changes something. */
export interface Target {
  restaurantId: string;
  sessionId: string;
  orderId: string;
  paymentId: string;
  splitGroupId: string;
  participantId: string;
  guestId: string;
}

const row = (allowed: Partial<Row>): Row => ({
  ...(Object.fromEntries(ACTORS.map((actor) => [actor, 403])) as Row),
  nobody: 401,
  ...allowed,
});
const house = (status: number) => ({ staff: status, owner: status, admin: status });
const ofTable = (status: number) => ({ payer: status, 'table mate': status, ...house(status) });
/** A table is its guests'; a bill is also the customer's whose order it is. */
const SEES_TABLE = row(ofTable(200));
const SEES = row({ ...ofTable(200), customer: 200 });
const STARTS_TABLE = row(ofTable(201));
const STARTS = row({ ...ofTable(201), customer: 201 });
const HOUSE = row(house(200));
const ADMIN = row({ admin: 200 });
/** Members and nobody else, each about their own restaurants. */
const MEMBERS = row({ ...house(200), 'other staff': 200, 'other owner': 200 });
const AT_TABLE = row({ payer: 200, 'table mate': 200 });
/** Who pays and the restaurant may change it; a mate sees it, but may not. */
const CHANGES_TABLE = row({ payer: 200, ...house(200) });
const CHANGES = row({ payer: 200, customer: 200, ...house(200) });

/** What each row answers to each actor about one restaurant's things, and what is sent. */
export const EXPECTED: Record<string, { expected: Row; body?: (target: Target) => object }> = {
  'GET /payments': { expected: ADMIN },
  // Without a restaurant in the query: members see their own.
  'GET /payments/metrics': { expected: MEMBERS },
  'GET /payments/metrics/realtime': { expected: MEMBERS },
  'GET /payments/alerts': { expected: MEMBERS },
  'GET /payments/health': { expected: MEMBERS },
  // The books of all restaurants, as no restaurant is named: owners name theirs (reconciliation.test.ts).
  'GET /payments/reconciliation': { expected: ADMIN },
  'POST /payments/intent': { expected: STARTS, body: ({ orderId }) => ({ orderId }) },
  'POST /payments/order': { expected: STARTS, body: ({ orderId }) => ({ orderId, paymentMethod: 'CASH' }) },
  'POST /payments/cash': {
    expected: row(house(201)),
    body: ({ orderId }) => ({ orderId }),
  },
  // A guest who may not see a payment is sent to its public form.
  'GET /payments/:paymentId': { expected: { ...SEES, 'other guest': 401 } },
  'GET /payments/:paymentId/receipt': { expected: { ...SEES, 'other guest': 401 } },
  'POST /payments/split': {
    expected: STARTS,
    body: ({ orderId }) => ({ orderId, splits: [{ amount: 20 }, { amount: 7, email: 'ada@example.org' }] }),
  },
  'GET /payments/split/:splitGroupId': { expected: SEES },
  'GET /payments/split/:splitGroupId/status': { expected: SEES },
  'PATCH /payments/split/:splitGroupId/participant/:participantId': {
    expected: HOUSE,
    body: () => ({ tipAmount: 1 }),
  },
  'POST /payments/split/:splitGroupId/cancel': { expected: CHANGES },
  'POST /payments/split/:splitGroupId/participant/:participantId/remind': {
    expected: HOUSE,
  },
  'GET /payments/:paymentId/public': {
    expected: Object.fromEntries(ACTORS.map((actor) => [actor, 200])) as Row,
  },
  'DELETE /payments/:paymentId': { expected: ADMIN },
  'PATCH /payments/:paymentId': { expected: CHANGES, body: () => ({ tipAmount: 1 }) },
  'PUT /payments/:paymentId/status': { expected: CHANGES, body: () => ({ status: 'CANCELLED' }) },
  'PUT /payments/:paymentId/method': { expected: CHANGES, body: () => ({ paymentMethod: 'CASH' }) },
  // It is open: whoever may refund hears that there is nothing to.
  'POST /payments/:paymentId/refund': { expected: row(house(409)) },
  'POST /payments/:paymentId/simulate-webhook': { expected: SEES },
  'GET /orders/:orderId': { expected: SEES },
  'GET /orders/:orderId/payments': { expected: SEES },
  'POST /orders/:orderId/payments': { expected: STARTS, body: () => ({ paymentMethod: 'CASH' }) },
  'PATCH /orders/:orderId/tip': { expected: CHANGES, body: () => ({ tipAmount: 1 }) },
  // Guests and customers get their own part of it, which may be empty.
  'GET /restaurants/:restaurantId/payments': {
    expected: { ...SEES, 'other guest': 200, stranger: 200 },
  },
  'GET /restaurants/payments': { expected: ADMIN },
  'GET /table-sessions/:sessionId/bill': { expected: SEES_TABLE },
  'GET /table-sessions/:sessionId/users': { expected: SEES_TABLE },
  'GET /table-sessions/:sessionId/orders': { expected: SEES_TABLE },
  'GET /table-sessions/:sessionId/status': { expected: SEES_TABLE },
  'GET /table-sessions/:sessionId/payment-status': { expected: SEES_TABLE },
  'POST /table-sessions/:sessionId/payment': {
    expected: STARTS_TABLE,
    body: () => ({ paymentMethod: 'CASH', amount: 1 }),
  },
  'POST /table-sessions/:sessionId/payments/:paymentId/cancel': { expected: CHANGES_TABLE },
  'PATCH /table-sessions/:sessionId/payments/:paymentId/tip': {
    expected: CHANGES_TABLE,
    body: () => ({ tipAmount: 1 }),
  },
  'POST /table-sessions/:sessionId/extend': { expected: AT_TABLE },
  // Without a restaurant in the query: members hear of their own alone.
  'GET /restaurant/table-sessions': { expected: MEMBERS },
  'GET /restaurant/table-sessions/metrics': { expected: MEMBERS },
  'GET /restaurant/table-sessions/alerts': { expected: MEMBERS },
  'GET /restaurant/table-sessions/:sessionId': { expected: HOUSE },
  'GET /restaurant/table-sessions/:sessionId/payment-summary': { expected: HOUSE },
  'POST /restaurant/table-sessions/:sessionId/close': {
    expected: HOUSE,
    body: () => ({ reason: 'Matrix', forceClose: true }),
  },
  'POST /table-sessions/split-calculation/cleanup-stale-locks': { expected: ADMIN },
  'POST /table-sessions/:sessionId/split-calculation': {
    expected: AT_TABLE,
    body: () => ({ splitType: 'EQUAL' }),
  },
  'GET /table-sessions/:sessionId/split-calculation': { expected: SEES_TABLE },
  'GET /table-sessions/:sessionId/split-calculation/lock-status': { expected: SEES_TABLE },
  'POST /table-sessions/:sessionId/split-calculation/lock': { expected: AT_TABLE },
  'DELETE /table-sessions/:sessionId/split-calculation/lock': { expected: AT_TABLE },
  'POST /table-sessions/:sessionId/split-calculation/recover-lock': { expected: AT_TABLE },
  'POST /table-sessions/:sessionId/split-calculation/force-unlock': {
    expected: HOUSE,
  },
  // Each guest their own share alone.
  'PATCH /table-sessions/:sessionId/split-calculation/:guestId': {
    expected: row({ payer: 200 }),
    body: () => ({ percentage: 10 }),
  },
};
