import { type Called, callsIn } from './called-rows';
import type { Version } from './legacy-client';

/** The rows that a screen really calls (● in legacy-contract 3.2 to 3.4), with the versions whose screens do. */
export const SCREEN_ROWS: Readonly<Record<string, readonly Version[]>> = {
  'GET /payments': ['v1', 'v2'],
  'POST /payments/order': ['v2'],
  'GET /payments/:paymentId': ['v1', 'v2'],
  'GET /payments/:paymentId/receipt': ['v1', 'v2'],
  'GET /payments/:paymentId/public': ['v1', 'v2'],
  'PUT /payments/:paymentId/status': ['v1', 'v2'],
  'PUT /payments/:paymentId/method': ['v2'],
  'PATCH /payments/split/:splitGroupId/participant/:participantId': ['v2'],
  'POST /payments/split/:splitGroupId/cancel': ['v2'],
  'POST /payments/split/:splitGroupId/participant/:participantId/remind': ['v2'],
  'GET /payments/metrics': ['v1', 'v2'],
  'GET /payments/metrics/realtime': ['v1', 'v2'],
  'GET /payments/alerts': ['v1', 'v2'],
  'GET /payments/health': ['v1', 'v2'],
  'POST /orders/:orderId/payments': ['v1'],
  'GET /orders/:orderId/payments': ['v1', 'v2'],
  'PATCH /orders/:orderId/tip': ['v1', 'v2'],
  'GET /restaurants/:restaurantId/payments': ['v1', 'v2'],
  // With an empty id.
  'GET /restaurants/payments': ['v1'],
  'GET /table-sessions/:sessionId/users': ['v1', 'v2'],
  'GET /table-sessions/:sessionId/orders': ['v1', 'v2'],
  'GET /table-sessions/:sessionId/bill': ['v1', 'v2'],
  'POST /table-sessions/:sessionId/payment': ['v1', 'v2'],
  'POST /table-sessions/:sessionId/payments/:paymentId/cancel': ['v1', 'v2'],
  'PATCH /table-sessions/:sessionId/payments/:paymentId/tip': ['v1', 'v2'],
  'POST /table-sessions/:sessionId/extend': ['v2'],
  'POST /table-sessions/:sessionId/split-calculation': ['v2'],
  'GET /table-sessions/:sessionId/split-calculation': ['v2'],
  'PATCH /table-sessions/:sessionId/split-calculation/:guestId': ['v2'],
  'POST /table-sessions/:sessionId/split-calculation/lock': ['v2'],
  'DELETE /table-sessions/:sessionId/split-calculation/lock': ['v2'],
  'GET /table-sessions/:sessionId/split-calculation/lock-status': ['v2'],
  'POST /table-sessions/:sessionId/split-calculation/recover-lock': ['v2'],
  'POST /table-sessions/:sessionId/split-calculation/force-unlock': ['v2'],
  'POST /table-sessions/split-calculation/cleanup-stale-locks': ['v2'],
  'GET /restaurant/table-sessions': ['v1', 'v2'],
  'GET /restaurant/table-sessions/metrics': ['v1', 'v2'],
  'GET /restaurant/table-sessions/alerts': ['v1', 'v2'],
  'GET /restaurant/table-sessions/:sessionId': ['v1', 'v2'],
  'GET /restaurant/table-sessions/:sessionId/payment-summary': ['v1', 'v2'],
  'POST /restaurant/table-sessions/:sessionId/close': ['v1', 'v2'],
};

/** Where a block begins. */
const LEFT_MARGIN = /^(?=\S)(?![)\]}])/m;

/**
 * The calls that a test's source makes as the client of a version: those of its blocks for each version, and of blocks that
 * name this one. A block begins at the left margin.
 */
export function callsOfVersion(source: string, version: Version): Called[] {
  const marks = ['.each(VERSIONS)', `'${version}'`, `the ${version} client`];
  return source
    .split(LEFT_MARGIN)
    .filter((block) => marks.some((mark) => block.includes(mark)))
    .flatMap((block) => callsIn(block, source));
}
