import { readStaffCallWords } from '@/db/sql/staff-calls';
import { failureWords, UNKNOWN_DECLINE } from '@/domain/payment/failure-words';
import type { PaymentStatus } from '@/domain/payment/status';
import type { Deps } from '../context';
import type { LiveEvent } from '../live/events';
import { readOrders } from '../orders/read-orders';
import type { OrderView } from '../orders/view';
import { systemContext } from '../system-context';
import { totalsOf } from '../table-sessions/totals';
import { type Cancellations, readCancellations } from './cancellations';

/** What live events leave out because append-only rows hold ids alone (decision 23), as it is now. Minor units. */
export interface EventFacts {
  payments: ReadonlyMap<string, PaymentFacts>;
  refundReasons: ReadonlyMap<string, string>;
  /** By public id. The secret id may go to guests of the same table alone (decision 4). */
  guests: ReadonlyMap<string, GuestFacts>;
  tableNames: ReadonlyMap<string, string>;
  sessions: ReadonlyMap<string, SessionFacts>;
  orders: ReadonlyMap<string, OrderView>;
  /** By split group, in the order of their shares. */
  participants: ReadonlyMap<string, readonly ParticipantFacts[]>;
  cancellations: Cancellations;
  /** What guests wrote when they called the staff, by event. */
  callWords: ReadonlyMap<string, string>;
}

export interface PaymentFacts {
  cardFunding: string | null;
  /** In the words for the restaurant. */
  staffFailureReason: string | null;
}
export interface GuestFacts {
  guestSessionId: string;
  name: string | null;
}
export interface SessionFacts {
  tableId: string;
  code: string;
  status: string;
  /** With the guests' own extension. */
  expiresAt: Date;
  currency: string;
  totalMinor: number;
  paidMinor: number;
}
export interface ParticipantFacts {
  participantId: string;
  name: string | null;
  paymentId: string;
  amountMinor: number;
  tipMinor: number;
  status: PaymentStatus;
}

/** Nothing known: events go out with what they carry themselves. */
export const NO_FACTS: EventFacts = {
  payments: new Map(),
  refundReasons: new Map(),
  guests: new Map(),
  tableNames: new Map(),
  sessions: new Map(),
  orders: new Map(),
  participants: new Map(),
  cancellations: new Map(),
  callWords: new Map(),
};

/**
 * Looks up what the events of one batch need, each kind of thing at once.
 * @param isForGuests whether guests hear the event: what their table has paid by now is read for them alone
 */
export async function readEventFacts(
  deps: Deps,
  events: readonly LiveEvent[],
  isForGuests: (event: LiveEvent) => boolean,
): Promise<EventFacts> {
  const wanted = idsOf(events, isForGuests);
  const [orders, cancellations] = await Promise.all([
    readOrderViews(deps, wanted.orders),
    readCancellations(deps, events),
  ]);
  for (const { guestPublicId } of [...orders.values(), ...cancellations.values()])
    if (guestPublicId !== null) wanted.guests.add(guestPublicId);
  const [payments, refundReasons, guests, sessions, participants, callWords] = await Promise.all([
    readPayments(deps, wanted.payments),
    readRefundReasons(deps, wanted.refunds),
    readGuests(deps, wanted.guests),
    readSessions(deps, wanted.sessions),
    readParticipants(deps, wanted.groups),
    readCallWords(deps, wanted.calls),
  ]);
  const tables = new Set([...wanted.tables, ...[...sessions.values()].map((session) => session.tableId)]);
  return {
    payments,
    refundReasons,
    guests,
    orders,
    sessions,
    participants,
    cancellations,
    callWords,
    tableNames: wanted.needsNames ? await readTableNames(deps, tables) : new Map(),
  };
}

type Ids = ReadonlySet<string>;

function idsOf(events: readonly LiveEvent[], isForGuests: (event: LiveEvent) => boolean) {
  const ids = {
    payments: new Set<string>(),
    refunds: new Set<string>(),
    guests: new Set<string>(),
    orders: new Set<string>(),
    sessions: new Set<string>(),
    groups: new Set<string>(),
    calls: new Set<string>(),
    tables: new Set<string>(),
    needsNames: false,
  };
  for (const event of events) {
    const { type, paymentId, orderId, tableSessionId } = event;
    if ('guestPublicId' in event && event.guestPublicId !== null) ids.guests.add(event.guestPublicId);
    if ('calculation' in event) for (const guest of guestsOfSplit(event)) ids.guests.add(guest);
    if ('refundId' in event && event.refundId !== null) ids.refunds.add(event.refundId);
    if ('splitGroupId' in event) ids.groups.add(event.splitGroupId);
    if ('tableId' in event && event.tableId !== null) ids.tables.add(event.tableId);
    if (paymentId !== null) ids.payments.add(paymentId);
    if (type.startsWith('order:') && orderId !== null) ids.orders.add(orderId);
    if (type === 'assistance:requested') ids.calls.add(event.eventId);
    const isOfTable = TABLE_EVENTS.test(type);
    const needsSums = movesMoney(event) && isForGuests(event);
    if ((isOfTable || needsSums) && tableSessionId !== null) ids.sessions.add(tableSessionId);
    if (isOfTable) ids.needsNames = true;
  }
  return ids;
}

/** Everybody whom a table's split names. */
function guestsOfSplit({ calculation, lockedBy }: Extract<LiveEvent, { calculation: object }>): string[] {
  const { shares, choices, updatedBy } = calculation;
  const rows = [...shares, ...choices.percentages, ...choices.amounts];
  return [
    ...rows.map((row) => row.guestPublicId),
    ...choices.items.flatMap((item) => item.guestPublicIds),
    ...(lockedBy === null ? [] : [lockedBy]),
    updatedBy,
  ];
}

/** Whether what a table has paid changes by this event. */
export function movesMoney({ type }: Pick<LiveEvent, 'type'>): boolean {
  return type === 'payment:completed' || type === 'payment:refunded';
}

const TABLE_EVENTS = /^(table:|split:|payment:split_|assistance:)/;

async function readPayments({ prisma }: Deps, ids: Ids): Promise<EventFacts['payments']> {
  if (ids.size === 0) return NO_FACTS.payments;
  const rows = await prisma.payment.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, cardFunding: true, failureReason: true, failureCode: true },
  });
  return new Map(
    rows.map(({ id, cardFunding, failureReason, failureCode }) => {
      const words = failureReason === null ? null : (failureWords(failureCode) ?? UNKNOWN_DECLINE);
      return [id, { cardFunding, staffFailureReason: words?.staff ?? null }];
    }),
  );
}

async function readRefundReasons({ prisma }: Deps, ids: Ids): Promise<EventFacts['refundReasons']> {
  if (ids.size === 0) return NO_FACTS.refundReasons;
  const rows = await prisma.paymentRefund.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, reason: true },
  });
  return new Map(rows.map(({ id, reason }) => [id, reason]));
}

async function readGuests({ prisma }: Deps, publicIds: Ids): Promise<EventFacts['guests']> {
  if (publicIds.size === 0) return NO_FACTS.guests;
  const rows = await prisma.guestSession.findMany({
    where: { publicId: { in: [...publicIds] } },
    select: { publicId: true, id: true, name: true },
  });
  return new Map(rows.map(({ publicId, id, name }) => [publicId, { guestSessionId: id, name }]));
}

async function readCallWords({ db }: Deps, eventIds: Ids): Promise<EventFacts['callWords']> {
  if (eventIds.size === 0) return NO_FACTS.callWords;
  const rows = await db.query<{ eventId: string; words: string }>(readStaffCallWords, [[...eventIds]]);
  return new Map(rows.map(({ eventId, words }) => [eventId, words]));
}

async function readOrderViews(deps: Deps, ids: Ids): Promise<EventFacts['orders']> {
  if (ids.size === 0) return NO_FACTS.orders;
  const orders = await readOrders(systemContext(deps, 'live'), { id: { in: [...ids] } });
  return new Map(orders.map((order) => [order.id, order]));
}

function latest(expiresAt: Date, extendedUntil: Date | null): Date {
  return extendedUntil !== null && extendedUntil > expiresAt ? extendedUntil : expiresAt;
}

async function readSessions(deps: Deps, ids: Ids): Promise<EventFacts['sessions']> {
  if (ids.size === 0) return NO_FACTS.sessions;
  const [rows, orders] = await Promise.all([
    deps.prisma.tableSession.findMany({
      where: { id: { in: [...ids] } },
      select: {
        id: true,
        tableId: true,
        code: true,
        status: true,
        expiresAt: true,
        extendedUntil: true,
        restaurant: { select: { currency: true } },
      },
    }),
    readOrders(systemContext(deps, 'live'), { tableSessionId: { in: [...ids] } }),
  ]);
  return new Map(
    rows.map(({ id, tableId, code, status, restaurant, ...row }) => {
      const expiresAt = latest(row.expiresAt, row.extendedUntil);
      const own = orders.filter((order) => order.tableSessionId === id);
      const currency = own[0]?.currency ?? restaurant.currency;
      const { grandTotalMinor: totalMinor, paidMinor } = totalsOf(own, currency);
      return [id, { tableId, code, status, expiresAt, currency, totalMinor, paidMinor }];
    }),
  );
}

async function readParticipants({ prisma }: Deps, groups: Ids): Promise<EventFacts['participants']> {
  if (groups.size === 0) return NO_FACTS.participants;
  const rows = await prisma.splitPaymentParticipant.findMany({
    where: { splitGroupId: { in: [...groups] } },
    orderBy: { id: 'asc' },
  });
  const found = new Map<string, ParticipantFacts[]>([...groups].map((group) => [group, []]));
  for (const { splitGroupId, participantName: name, ...row } of rows) {
    const { participantId, paymentId, amountMinor, tipMinor, status } = row;
    found.get(splitGroupId)?.push({ participantId, name, paymentId, amountMinor, tipMinor, status });
  }
  return found;
}

async function readTableNames({ prisma }: Deps, ids: Ids): Promise<EventFacts['tableNames']> {
  if (ids.size === 0) return NO_FACTS.tableNames;
  const rows = await prisma.table.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
