import { z } from 'zod';
import {
  body,
  count,
  currency,
  id,
  money,
  name,
  paymentStatus,
  type RowDocs,
  sentMethod,
  sentMoney,
  splitType,
  time,
} from './parts';
import { payment } from './payments';

const lockFields = {
  isLocked: z.boolean(),
  lockedAt: time.optional(),
  lockedBy: id.optional(),
  lockReason: z.string().optional(),
};
const lock = name('SplitLock', z.object({ tableSessionId: id, ...lockFields, message: z.string() }));

const calculation = name(
  'SplitCalculation',
  z.object({
    id,
    splitCalculationId: id,
    tableSessionId: id,
    splitType,
    participants: z.array(id).describe('Guests who have not paid'),
    splitAmounts: z.record(z.string(), money),
    totalAmount: money,
    percentages: z.record(z.string(), z.number()).optional(),
    amounts: z.record(z.string(), money).optional(),
    itemAssignments: z.record(z.string(), z.union([id, z.array(id)])).optional(),
    valid: z.boolean(),
    timestamp: time,
    lastUpdatedBy: id,
    lastUpdatedAt: time,
    updatedBy: id,
    updatedAt: time,
    ...lockFields,
  }),
);

const sentMap = z.record(z.string(), z.unknown()).optional();
const splitPayments = z.array(
  name(
    'SplitPayment',
    payment.extend({
      paymentId: id,
      splitGroupId: id,
      participantId: id,
      participantName: z.string().optional(),
      participantEmail: z.string().optional(),
    }),
  ),
);

const GROUP = '/payments/split/:splitGroupId';
const CALCULATION = '/table-sessions/:sessionId/split-calculation';

export const splitRows: RowDocs = {
  'POST /payments/split': {
    summary: 'Divides an order into payments; the sum decides whether amounts are major or minor units',
    body: body({
      orderId: id,
      splits: z.array(
        body({
          amount: sentMoney,
          tipAmount: sentMoney.optional(),
          paymentMethod: sentMethod.optional(),
          name: z.string().optional(),
          email: z.string().optional(),
          customerId: id.optional(),
          guestSessionId: id.optional(),
        }),
      ),
    }),
    answer: z.object({ groupId: id, payments: splitPayments }),
    status: 201,
  },
  [`GET ${GROUP}`]: { summary: 'The payments of a group', answer: splitPayments },
  [`GET ${GROUP}/status`]: {
    summary: 'How far a group is',
    answer: z.object({
      groupId: id,
      status: z.string(),
      currency,
      totalAmount: money,
      paidAmount: money,
      remainingAmount: money,
      completedParticipants: count,
      totalParticipants: count,
      progressPercentage: z.number(),
      isComplete: z.boolean(),
      participants: z.array(
        z.object({
          participantId: id,
          participantName: z.string(),
          guestSessionId: id.optional(),
          amount: money,
          tipAmount: money,
          hasPaid: z.boolean(),
          paymentId: id,
          status: paymentStatus,
        }),
      ),
    }),
  },
  [`PATCH ${GROUP}/participant/:participantId`]: {
    summary: 'Changes a share, or takes it in cash',
    body: body({
      amount: sentMoney.optional(),
      tipAmount: sentMoney.optional(),
      takenBy: z.array(id).optional().describe('Whose shares take the difference'),
      hasPaid: z.boolean().optional().describe('true: staff received it in cash'),
    }),
    answer: payment,
  },
  [`POST ${GROUP}/cancel`]: {
    summary: 'Cancels open shares and refunds paid ones',
    body: body({ reason: z.string().optional() }),
    answer: z.object({ groupId: id, cancelled: z.boolean(), refundsProcessed: count }),
  },
  [`POST ${GROUP}/participant/:participantId/remind`]: {
    summary: 'Mails who has not paid',
    answer: z.object({ sent: z.boolean() }),
  },
  [`POST ${CALCULATION}`]: {
    summary: 'Says how the table divides its bill',
    body: body({
      splitType,
      participants: z.array(id).optional(),
      percentages: sentMap,
      amounts: sentMap,
      itemAssignments: sentMap,
    }),
    answer: calculation,
  },
  [`GET ${CALCULATION}`]: { summary: 'How the table divides its bill', answer: calculation.nullable() },
  [`PATCH ${CALCULATION}/:guestId`]: {
    summary: 'A guest’s own percentage or amount, or who had which item',
    body: body({
      percentage: sentMoney.optional(),
      amount: sentMoney.optional(),
      itemAssignments: sentMap,
    }),
    answer: calculation,
  },
  [`GET ${CALCULATION}/lock-status`]: {
    summary: 'Whether the division may be changed',
    answer: lock.extend({ canModify: z.boolean() }),
  },
  [`POST ${CALCULATION}/lock`]: {
    summary: 'Keeps the division as it is while somebody pays',
    body: body({ lockReason: z.string().optional() }),
    answer: lock,
  },
  [`DELETE ${CALCULATION}/lock`]: { summary: 'Takes the caller’s own lock off', answer: lock },
  [`POST ${CALCULATION}/recover-lock`]: {
    summary: 'What became of a lock after the page was loaded anew',
    answer: z.object({
      recovered: z.boolean(),
      cleaned: z.boolean(),
      lockStatus: z.object(lockFields),
      message: z.string(),
    }),
  },
  [`POST ${CALCULATION}/force-unlock`]: { summary: 'The restaurant opens a stuck division', answer: lock },
  'POST /table-sessions/split-calculation/cleanup-stale-locks': {
    summary: 'Clears locks that nobody holds any more',
    answer: z.object({
      totalFound: count,
      cleanedCount: count,
      results: z.array(z.looseObject({ tableSessionId: id, success: z.boolean() })),
      affectedTableSessions: z.array(id),
      message: z.string(),
    }),
  },
};
