import { z } from 'zod';
import { withoutCardNumbers } from '@/domain/card-number';
import { amountMinor, moment, plainText, platformId } from '../payments/schemas';

/** Rises with every change at the platform; an older one is ignored (decision 1). */
const version = z.int().min(0);

/**
 * What people wrote at the platform. A guest who types a card's number there must neither have it stored here nor hold up the rows
 * beside theirs: it is cut out.
 */
function words(minLength: number, maxLength: number) {
  return plainText(minLength, maxLength).transform((text) => withoutCardNumbers(text, '[removed]'));
}

/** Two rows of one id in one list contradict each other. */
const TWICE = { error: 'names the same id twice' };
function isOnce<Row>(idOf: (row: Row) => string): (rows: Row[]) => boolean {
  return (rows) => new Set(rows.map(idOf)).size === rows.length;
}

export const restaurantRow = z.object({
  id: platformId,
  name: words(1, 500),
  currency: z.string().length(3),
  timeZone: plainText(1, 64),
  closingHour: z.int().min(0).max(12).default(0),
  locale: plainText(2, 35).default('en-US'),
  address: words(0, 1000).nullable().default(null),
  maxPaymentMinor: amountMinor.min(1).nullable().default(null),
  members: z
    .array(
      z.object({
        userId: platformId,
        role: z.enum(['OWNER', 'STAFF']),
        email: z.email().nullable().default(null),
        name: words(0, 500).nullable().default(null),
      }),
    )
    .max(1000)
    .refine(
      isOnce((member: { userId: string }) => member.userId),
      TWICE,
    )
    .default([]),
  version,
});

export const tableRow = z.object({
  id: platformId,
  restaurantId: platformId,
  name: words(1, 200),
  version,
});

/** A person with an account. A null address or name takes back what was known. */
export const userRow = z.object({
  id: platformId,
  email: z.email().max(320).nullable(),
  name: words(0, 500).nullable().default(null),
  /** Above 0, which stands for a user that was only referred to so far. */
  version: version.min(1),
});

export const sessionRow = z.object({
  id: platformId,
  restaurantId: platformId,
  tableId: platformId,
  code: plainText(1, 64),
  status: z.enum(['ACTIVE', 'ORDERING_LOCKED', 'PAYMENT_PENDING', 'CLOSED']),
  expiresAt: moment,
  /** All of them: whoever is missing has left, and is let in again when named again. Not given: unchanged. */
  guests: z
    .array(
      z.object({
        guestSessionId: platformId,
        userId: platformId.nullable().default(null),
        name: words(0, 200).nullable().default(null),
        isHost: z.boolean().default(false),
        joinedAt: moment,
      }),
    )
    .max(200)
    .refine(
      isOnce((guest: { guestSessionId: string }) => guest.guestSessionId),
      TWICE,
    )
    .optional(),
  version,
});

/** Sums of a bill are kept in 32 bits; the difference is more than any tip that is added later. */
const LARGEST_BILL_MINOR = 2_000_000_000;

export const orderRow = z
  .object({
    id: platformId,
    restaurantId: platformId,
    tableId: platformId.nullable().default(null),
    tableSessionId: platformId.nullable().default(null),
    customerId: platformId.nullable().default(null),
    guestSessionId: platformId.nullable().default(null),
    /** The platform user who served, for the tips report. */
    serverId: platformId.nullable().default(null),
    orderNumber: plainText(1, 64),
    status: z.enum(['RECEIVED', 'PREPARING', 'READY', 'DELIVERED', 'COMPLETED', 'CANCELLED']),
    currency: z.string().length(3),
    subtotalMinor: amountMinor,
    taxMinor: amountMinor.default(0),
    /** Taken on first insert only: afterwards this service owns the tip (decision 1). */
    tipMinor: amountMinor.default(0),
    roundNumber: z.int().min(1).max(2_147_483_647).default(1),
    placedAt: moment,
    /**
     * For receipts only. They need not sum to the subtotal: discounts and surcharges of the whole order have no line, and
     * the subtotal is what is charged (decision 1: the platform owns it).
     */
    items: z
      .array(
        z.object({
          id: platformId,
          menuItemId: platformId.nullable().default(null),
          name: words(1, 500),
          quantity: z.int().min(1).max(10_000),
          unitMinor: amountMinor,
          subtotalMinor: amountMinor,
        }),
      )
      .max(500)
      .refine(
        isOnce((item: { id: string }) => item.id),
        TWICE,
      )
      .default([]),
    version,
  })
  .refine((order) => order.subtotalMinor + order.taxMinor + order.tipMinor <= LARGEST_BILL_MINOR, {
    path: ['subtotalMinor'],
    error: 'is with tax and tip more than any bill can be',
  });

export const syncRestaurantsInput = z.object({ restaurants: z.array(restaurantRow).min(1).max(500) });
export const syncTablesInput = z.object({ tables: z.array(tableRow).min(1).max(500) });
export const syncUsersInput = z.object({ users: z.array(userRow).min(1).max(500) });
export const syncSessionsInput = z.object({ sessions: z.array(sessionRow).min(1).max(500) });
export const syncOrdersInput = z.object({ orders: z.array(orderRow).min(1).max(500) });
export type SyncRestaurantsInput = z.input<typeof syncRestaurantsInput>;
export type SyncTablesInput = z.input<typeof syncTablesInput>;
export type SyncUsersInput = z.input<typeof syncUsersInput>;
export type SyncSessionsInput = z.input<typeof syncSessionsInput>;
export type SyncOrdersInput = z.input<typeof syncOrdersInput>;

/** One answer per row, in input order. STALE: an equal or newer version is already here. */
export interface SyncResult {
  results: {
    id: string;
    outcome: 'APPLIED' | 'STALE' | 'REFUSED';
    code: string | null;
    message: string | null;
  }[];
}
