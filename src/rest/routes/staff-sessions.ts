import {
  closeTableSession,
  getStaffSession,
  getTableBill,
  getTableSessionFigures,
  listSessionPayments,
  listTableSessions,
} from '@/services/table-sessions';
import { ok, type RestCall, type Route } from '../call';
import { text } from '../fields';
import { minorOf } from '../money';
import { countOf, dateOf, valuesOf } from '../query';
import { guestIds } from '../shapes/guest-ids';
import { paymentBody } from '../shapes/payment';
import {
  alertsBody,
  figuresBody,
  revenueOf,
  staffSessionBody,
  summaryBody,
  timelineBody,
} from '../shapes/staff-session';
import { billBody, usersOf } from '../shapes/table-session';

const BASE = '/restaurant/table-sessions';
const PAGE_SIZE = 200;
const DEFAULT_LIMIT = 50;
/** No screen pages this deep. */
const DEEPEST_ROW = 2_000;
const STATUSES = ['ACTIVE', 'ORDERING_LOCKED', 'PAYMENT_PENDING', 'CLOSED'] as const;

/** Table sessions for the restaurant's staff and for platform admins (legacy-contract 3.4). */
export const staffSessionRoutes: readonly Route[] = [
  { method: 'GET', path: BASE, who: 'staff', handle: list },
  { method: 'GET', path: `${BASE}/metrics`, who: 'staff', handle: metrics },
  { method: 'GET', path: `${BASE}/alerts`, who: 'staff', handle: alerts },
  { method: 'GET', path: `${BASE}/:sessionId`, who: 'staff', handle: details },
  { method: 'GET', path: `${BASE}/:sessionId/payment-summary`, who: 'staff', handle: summary },
  { method: 'POST', path: `${BASE}/:sessionId/close`, who: 'staff', handle: close },
];

type ListInput = Parameters<typeof listTableSessions>[1];

async function list({ ctx, query }: RestCall) {
  const scope = scopeOf(query);
  const figures = await getTableSessionFigures(ctx, scope);
  const currency = figures.revenue[0]?.currency ?? ctx.settings.currency;
  const limit = Math.min(countOf(query.get('limit')) ?? DEFAULT_LIMIT, DEEPEST_ROW);
  const page = countOf(query.get('page')) ?? 1;
  const found = await sessionsUpTo(ctx, page * limit, filterOf(query, scope, currency));
  return ok({
    sessions: found.items.slice((page - 1) * limit, page * limit).map(staffSessionBody),
    totalSessions: found.matchingCount,
    activeSessions: found.activeCount,
    totalRevenue: revenueOf(figures, ctx.settings.currency),
    pagination: {
      page,
      limit,
      total: found.matchingCount,
      totalPages: Math.ceil(found.matchingCount / limit),
    },
  });
}

async function metrics({ ctx, query }: RestCall) {
  return ok(figuresBody(await getTableSessionFigures(ctx, scopeOf(query)), ctx.settings.currency));
}

async function alerts({ ctx, query }: RestCall) {
  const input = { ...scopeOf(query), needsAttention: true };
  return ok(alertsBody((await sessionsUpTo(ctx, PAGE_SIZE, input)).items));
}

async function details({ ctx, params }: RestCall) {
  const shown = await getStaffSession(ctx, session(params));
  const bill = await getTableBill(ctx, session(params));
  const payments = await listSessionPayments(ctx, session(params));
  const guestIdOf = await guestIds(ctx, payments);
  const { billByRound } = billBody(bill, guestIdOf);
  return ok({
    session: staffSessionBody(shown),
    users: usersOf(bill.guests, guestIdOf),
    orders: Object.values(billByRound).flatMap((round) => round.orders),
    payments: payments.map((payment) => paymentBody(payment, { guestIdOf })),
    timeline: timelineBody(bill, payments, guestIdOf),
  });
}

async function summary({ ctx, params }: RestCall) {
  return ok(summaryBody(await getTableBill(ctx, session(params))));
}

/** The screens always send `forceClose`: they show what is unpaid before staff close a table. */
async function close({ ctx, params, body, idempotencyKey }: RestCall) {
  const reason = text(body.reason)?.trim().slice(0, 500) || 'Closed by the restaurant';
  const force = body.forceClose === true;
  const closed = await closeTableSession(ctx, { ...session(params), reason, force, idempotencyKey });
  return ok({ sessionId: closed.tableSessionId, ...closed });
}

async function sessionsUpTo(ctx: RestCall['ctx'], wanted: number, input: ListInput | null) {
  const none = { items: [], matchingCount: 0, activeCount: 0, nextCursor: null };
  if (input === null || wanted > DEEPEST_ROW) return none;
  const first = await listTableSessions(ctx, { ...input, limit: Math.min(wanted, PAGE_SIZE) });
  const items = [...first.items];
  let cursor = first.nextCursor;
  while (cursor !== null && items.length < wanted) {
    const next = await listTableSessions(ctx, { ...input, limit: PAGE_SIZE, cursor });
    items.push(...next.items);
    cursor = next.nextCursor;
  }
  return { ...first, items };
}

/** Null: nothing can match, because no wanted status exists. */
function filterOf(query: URLSearchParams, scope: object, currency: string): ListInput | null {
  const wanted = valuesOf(query, ['status']);
  const status = STATUSES.filter((one) => wanted.includes(one));
  if (wanted.length > 0 && status.length === 0) return null;
  const tableId = query.get('tableId');
  const totalFromMinor = minorOf(query.get('minAmount'), currency, 'minAmount');
  const totalToMinor = minorOf(query.get('maxAmount'), currency, 'maxAmount');
  return {
    ...scope,
    ...(status.length === 0 ? {} : { status }),
    ...(tableId ? { tableId } : {}),
    ...(totalFromMinor === undefined ? {} : { totalFromMinor }),
    ...(totalToMinor === undefined ? {} : { totalToMinor }),
    ...attentionOf(query),
  };
}

/** `true` and `false` are filters; anything else is none. */
function attentionOf(query: URLSearchParams): { needsAttention?: boolean } {
  const value = query.get('needsAttention');
  return value === 'true' || value === 'false' ? { needsAttention: value === 'true' } : {};
}

function scopeOf(query: URLSearchParams) {
  const restaurantId = query.get('restaurantId');
  return {
    ...(restaurantId ? { restaurantId } : {}),
    ...dateOf(query, 'dateFrom', 'createdFrom'),
    ...dateOf(query, 'dateTo', 'createdTo'),
  };
}

function session(params: RestCall['params']): { tableSessionId: string } {
  return { tableSessionId: params.sessionId ?? '' };
}
