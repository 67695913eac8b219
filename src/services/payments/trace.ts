import {
  readCreationCall,
  readEvidenceCalls,
  readPaymentEvents,
  readPaymentMails,
  readRefundCalls,
} from '@/db/sql/payment-trace';
import { readProcessorCalls } from '@/db/sql/processor-calls';
import type { Actor } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import type { NotificationKind } from '../notifications/queue';
import { parseInput } from '../parse';
import { disputeEvidenceKey, intentCreateKey, refundCreateKey } from '../processor-keys';
import { findRow, viewResource } from './read-view';
import { type GetPaymentInput, getPaymentInput } from './schemas';
import { type LoggedCall, type StoredCall, tellCalls } from './trace-calls';
import type { PaymentEventView, PaymentMailView, PaymentTraceView, ProcessorCallView } from './view';

/**
 * What the processor was asked about a payment, what it told, and which mails went out: what stands beside the audit
 * (history.ts) and the ledger in a payment's story. For staff and admins.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function getPaymentTrace(ctx: ServiceContext, raw: GetPaymentInput): Promise<PaymentTraceView> {
  const { paymentId } = parseInput(getPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.history');
  authorize(ctx.actor, 'payment.history', viewResource(await findRow(ctx, paymentId)), 'Payment');
  const [events, logged, stored, mails] = await Promise.all([
    ctx.db.query<EventRow>(readPaymentEvents, [paymentId, MOST_EVENTS]),
    ctx.db.query<LoggedCall>(readProcessorCalls, [paymentId, MOST_CALLS]),
    readStoredCalls(ctx, paymentId),
    ctx.db.query<MailRow>(readPaymentMails, [paymentId]),
  ]);
  return {
    calls: tellCalls(logged, stored, events),
    events: events.map((row) => toEvent(row, ctx.actor)),
    mails: mails.map(toMail),
  };
}

const MOST_EVENTS = 500;
const MOST_CALLS = 1_000;

type EventRow = Omit<PaymentEventView, 'createdAt' | 'receivedAt' | 'finishedAt'> & {
  createdAt: Date;
  receivedAt: Date;
  finishedAt: Date | null;
  requestKey: string | null;
};
type MailRow = {
  id: string;
  kind: NotificationKind;
  state: string;
  createdAt: Date;
  sentAt: Date | null;
  lastError: string | null;
};

/** Calls that left a row: how each stands is known even when no event came. */
async function readStoredCalls(ctx: ServiceContext, paymentId: string): Promise<StoredCall[]> {
  type Row = { id: string; attempt: number; at: Date; objectId: string | null; error: string | null };
  const [creation, refunds, evidence] = await Promise.all([
    ctx.db.one<Row & { state: keyof typeof CREATION_OUTCOMES | 'NONE' }>(readCreationCall, [paymentId]),
    ctx.db.query<Row & { status: string }>(readRefundCalls, [paymentId]),
    ctx.db.query<Row & { state: keyof typeof EVIDENCE_OUTCOMES }>(readEvidenceCalls, [paymentId]),
  ]);
  return [
    ...(creation.state === 'NONE'
      ? []
      : [
          {
            ...creation,
            key: intentCreateKey(paymentId, creation.attempt),
            outcome: CREATION_OUTCOMES[creation.state],
          },
        ]),
    ...refunds.map((row) => ({
      ...row,
      key: refundCreateKey(row.id, row.attempt),
      outcome: refundOutcome(row),
    })),
    ...evidence.map((row) => ({
      ...row,
      key: disputeEvidenceKey(row.id, row.attempt),
      outcome: EVIDENCE_OUTCOMES[row.state],
    })),
  ];
}

const CREATION_OUTCOMES = {
  PENDING: 'UNDER_WAY',
  CREATED: 'OK',
  REFUSED: 'REFUSED',
  UNKNOWN: 'UNKNOWN',
} as const;
const EVIDENCE_OUTCOMES = { SENDING: 'UNDER_WAY', SUBMITTED: 'OK', REFUSED: 'REFUSED' } as const;

/** A refund that the processor took and that failed later was a good call all the same. */
function refundOutcome(row: { objectId: string | null; status: string }): ProcessorCallView['outcome'] {
  if (row.objectId !== null) return 'OK';
  return row.status === 'FAILED' ? 'REFUSED' : 'UNDER_WAY';
}

function toEvent({ requestKey: _, ...row }: EventRow, actor: Actor): PaymentEventView {
  return {
    ...row,
    lastError: actor.kind === 'admin' ? row.lastError : null,
    createdAt: row.createdAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

function toMail(row: MailRow): PaymentMailView {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    // What a mail server answered may name the address.
    reason: row.state === 'SKIPPED' ? row.lastError : null,
  };
}
