import { z } from 'zod';

/**
 * Every live event as the outbox stores it. Append-only rows hold ids, states and amounts, never names, texts of people or
 * secret ids (decision 23). Amounts are minor units, times ISO 8601 UTC. On the wire each also carries its `position`.
 * A new kind of event gets its schema here; the tests' teardown holds every written event against this union.
 */
const base = {
  eventId: z.uuid(),
  at: z.iso.datetime(),
  restaurantId: z.string().nullable(),
  orderId: z.string().nullable(),
  tableSessionId: z.string().nullable(),
  paymentId: z.string().nullable(),
};
const ofRestaurant = { ...base, restaurantId: z.string() };
const minor = z.int();
const currency = z.string().length(3);

/** A step of one payment: what it is after it. */
const paymentStep = {
  ...ofRestaurant,
  orderId: z.string(),
  /** Every order that the payment covers a part of; `orderId` is the first. */
  orderIds: z.array(z.string()),
  paymentId: z.uuid(),
  tableId: z.string().nullable(),
  guestPublicId: z.string().nullable(),
  previousStatus: z.string().nullable(),
  status: z.string(),
  amountMinor: minor,
  taxMinor: minor,
  tipMinor: minor,
  totalMinor: minor,
  /** Given back so far, of the total. */
  refundedMinor: minor,
  /** The refund that the step is about, and what it moved. */
  refundId: z.uuid().nullable(),
  refundMinor: minor,
  currency,
  method: z.string(),
};

const paymentEvent = z.strictObject({
  type: z.enum([
    'payment:created',
    'payment:status_updated',
    'payment:processing',
    'payment:completed',
    'payment:failed',
    'payment:cancelled',
    'payment:refunded',
  ]),
  ...paymentStep,
});

/** The bank's question about a payment. The dispute itself is read by its payment. */
const disputeEvent = z.strictObject({
  type: z.enum(['dispute:created', 'dispute:updated']),
  ...paymentStep,
  disputeId: z.string().optional(),
  disputeStatus: z.string().optional(),
  disputedMinor: minor.optional(),
});

/** A bill paid in parts: the group, and the participant that moved, if one did. */
const splitPaymentEvent = z.strictObject({
  type: z.enum([
    'payment:split_created',
    'payment:split_participant_updated',
    'payment:split_progress',
    'payment:split_completed',
    'payment:split_cancelled',
  ]),
  ...ofRestaurant,
  /** Every order that the shares cover a part of; `orderId` is the first. */
  orderIds: z.array(z.string()),
  splitGroupId: z.string(),
  splitType: z.string(),
  previousStatus: z.string().nullable(),
  status: z.string(),
  currency,
  totalMinor: minor,
  paidMinor: minor,
  totalParticipants: z.int(),
  paidParticipants: z.int(),
  participantId: z.string().nullable(),
  participantMinor: minor.nullable(),
  /** Of a cancelled group: shares of which money went back. */
  refundsProcessed: z.int().optional(),
});

/** The common calculation of a table's shares. Who acted is named by the public id. */
const splitCalculationEvent = z.strictObject({
  type: z.enum([
    'split:calculation_updated',
    'split:calculation_locked',
    'split:calculation_unlocked',
    'split:conflict_detected',
  ]),
  ...ofRestaurant,
  tableSessionId: z.string(),
  /** Who did it; null: staff, or time. `at` rises strictly per table session. */
  guestPublicId: z.string().nullable(),
  splitType: z.enum(['EQUAL', 'BY_PERCENTAGE', 'BY_AMOUNT', 'BY_ITEMS']),
  currency,
  isTypeChange: z.boolean(),
  isValueUpdate: z.boolean(),
  isLocked: z.boolean(),
  lockedBy: z.string().nullable(),
  lockReason: z.string().nullable(),
  lockedAt: z.iso.datetime().nullable(),
  calculation: z.strictObject({
    id: z.uuid(),
    round: z.int(),
    baseMinor: minor,
    isComplete: z.boolean(),
    /** Guests who have not paid. */
    participants: z.array(z.string()),
    shares: z.array(
      z.strictObject({
        guestPublicId: z.string(),
        shareMinor: minor,
        status: z.enum(['UNPAID', 'PAYING', 'PAID']),
      }),
    ),
    choices: z.strictObject({
      percentages: z.array(z.strictObject({ guestPublicId: z.string(), sharePpm: z.int() })).readonly(),
      amounts: z.array(z.strictObject({ guestPublicId: z.string(), amountMinor: minor })).readonly(),
      items: z
        .array(z.strictObject({ itemId: z.string(), guestPublicIds: z.array(z.string()).readonly() }))
        .readonly(),
    }),
    updatedBy: z.string(),
    updatedAt: z.iso.datetime(),
  }),
});

const tableSessionEvent = z.strictObject({
  type: z.enum(['table:session_created', 'table:session_updated', 'table:session_closed']),
  ...ofRestaurant,
  tableSessionId: z.string(),
  tableId: z.string(),
  previousStatus: z.string().nullable(),
  status: z.string(),
  expiresAt: z.iso.datetime(),
});

const guestEvent = z.strictObject({
  type: z.enum(['table:user_joined', 'table:user_left']),
  ...ofRestaurant,
  tableSessionId: z.string(),
  tableId: z.string(),
  guestPublicId: z.string(),
  isHost: z.boolean(),
});

/** A guest asks for somebody to come. `requestType` is one word of the client's. */
const assistanceEvent = z.strictObject({
  type: z.literal('assistance:requested'),
  ...ofRestaurant,
  tableSessionId: z.string(),
  tableId: z.string(),
  guestPublicId: z.string().nullable(),
  requestType: z.string().max(32),
});

const orderEvent = z.strictObject({
  type: z.enum(['order:created', 'order:updated', 'order:status_updated']),
  ...ofRestaurant,
  orderId: z.string(),
  tableId: z.string().nullable(),
  previousStatus: z.string().nullable(),
  status: z.string(),
  subtotalMinor: minor,
  taxMinor: minor,
  tipMinor: minor,
  totalMinor: minor,
  currency,
});

/** Stripe told something that could not be applied in all its attempts: a person must look. */
const webhookDeadEvent = z.strictObject({
  type: z.literal('webhook:dead'),
  ...base,
  stripeEventId: z.string(),
  stripeEventType: z.string(),
});

const reconciliationEvent = z.strictObject({
  type: z.literal('reconciliation:finished'),
  ...base,
  runId: z.string(),
  status: z.string(),
  discrepancies: z.int(),
});

/** The figures of a restaurant have moved: ask for them again. At most two a second per restaurant. */
const analyticsEvent = z.strictObject({
  type: z.literal('analytics:updated'),
  ...ofRestaurant,
  /** Sums of the business day that is under way, in the restaurant's own currency, as `analytics.metrics` counts them. */
  today: z
    .strictObject({
      businessDay: z.iso.date(),
      currency,
      grossMinor: minor,
      tipMinor: minor,
      refundedMinor: minor,
      successful: z.int(),
      refunds: z.int(),
    })
    .optional(),
});

export const liveEvent = z.discriminatedUnion('type', [
  paymentEvent,
  disputeEvent,
  splitPaymentEvent,
  splitCalculationEvent,
  tableSessionEvent,
  guestEvent,
  assistanceEvent,
  orderEvent,
  webhookDeadEvent,
  reconciliationEvent,
  analyticsEvent,
]);
export type LiveEvent = z.infer<typeof liveEvent>;
