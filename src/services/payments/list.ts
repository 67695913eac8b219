import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import { countPaymentRows, listPaymentRows, type PaymentFilter } from '@/db/sql/list-payments';
import type { Actor } from '../actor';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import { toView, type ViewFields } from './read-view';
import { type ListPaymentsInput, listPaymentsInput } from './schemas';
import type { ListedPayment, Page } from './view';
import { withRefunds } from './with-refunds';

/**
 * Payments that the actor may see, newest first, page by page; of a search in falling order of what was found. The key is the
 * id: UUIDv7 sorts by time and never ties.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant), UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listPayments(
  ctx: ServiceContext,
  raw: ListPaymentsInput,
): Promise<Page<ListedPayment>> {
  const input = parseInput(listPaymentsInput, raw);
  const [afterId, way] = input.cursor === undefined ? [] : decodeCursor(input.cursor, placeInList);
  const filter: PaymentFilter = {
    ...narrowed(ctx.actor, input),
    search: input.search === undefined ? undefined : searchedFor(input.search),
    after: afterId === undefined ? undefined : { id: afterId, way },
  };
  const { statement, values } = listPaymentRows(filter, input.limit + 1);
  const rows = await ctx.db.query<ListRow>(statement, values);
  const { page, nextCursor } = pageOf(rows, input.limit, (last) =>
    input.search === undefined ? [last.id] : [last.id, last.way],
  );
  // Assigned, not spread: a page copies no wide objects.
  const views = page.map((row) =>
    Object.assign(toView(row, ctx.actor, ctx.settings.publicUrl), {
      tableName: row.tableName,
      orderNumbers: row.orderNumbers,
    }),
  );
  return {
    items: await withRefunds(ctx, views),
    nextCursor,
  };
}

/**
 * How many payments that list has, whatever its page; null of a search, which would have to be made whole.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant), UNAUTHENTICATED
 */
export async function countPayments(ctx: ServiceContext, raw: ListPaymentsInput): Promise<number | null> {
  const input = parseInput(listPaymentsInput, raw);
  if (input.search !== undefined) return null;
  const { statement, values } = countPaymentRows(narrowed(ctx.actor, input));
  return (await ctx.db.one<{ count: number }>(statement, values)).count;
}

/** What both are narrowed by. */
function narrowed(actor: Actor, input: z.output<typeof listPaymentsInput>): PaymentFilter {
  return {
    ...scopeOf(actor, input.restaurantId),
    tableSessionId: input.tableSessionId,
    orderId: input.orderId,
    splitGroupId: input.splitGroupId,
    table: input.table,
    statuses: input.status,
    methods: input.method,
    createdFrom: input.createdFrom,
    createdTo: input.createdTo,
    totalFromMinor: input.totalFromMinor,
    totalToMinor: input.totalToMinor,
  };
}

type ListRow = ViewFields & { tableName: string | null; orderNumbers: string[]; way: number };

/** The last payment of a page, and in a search by which way it was found. */
const placeInList = z.union([z.tuple([z.uuid()]), z.tuple([z.uuid(), z.int().min(0).max(2)])]);

/** Ids are compared as a range: text that could begin a UUID lies between itself filled up with 0 and with f. */
function searchedFor(prefix: string): NonNullable<PaymentFilter['search']> {
  const hex = prefix.toLowerCase().replaceAll('-', '');
  const couldBeId = /^[0-9a-f]{4,32}$/.test(hex);
  return {
    prefix,
    ids: couldBeId ? { from: asUuid(hex.padEnd(32, '0')), to: asUuid(hex.padEnd(32, 'f')) } : null,
  };
}

function asUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The tenant filter: part of every query, so that no filter of the caller can widen it. */
function scopeOf(
  actor: Actor,
  restaurantId: string | undefined,
): Pick<PaymentFilter, 'restaurantIds' | 'owner'> {
  const wanted = restaurantId === undefined ? {} : { restaurantIds: [restaurantId] };
  switch (actor.kind) {
    case 'admin':
    case 'system':
      return wanted;
    case 'member': {
      const own = actor.memberships.map((m) => m.restaurantId);
      if (restaurantId !== undefined && !own.includes(restaurantId)) throw notVisible('Restaurant');
      return restaurantId === undefined ? { restaurantIds: own } : wanted;
    }
    case 'customer':
      return { ...wanted, owner: { customerId: actor.userId, tableSessionId: actor.guest?.tableSessionId } };
    case 'guest':
      return { ...wanted, owner: { tableSessionId: actor.guest.tableSessionId } };
    default:
      return refuseStranger(actor, 'payment.list');
  }
}
