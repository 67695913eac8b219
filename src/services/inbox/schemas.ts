import { z } from 'zod';
import { idempotencyKey, plainText } from '../payments/schemas';

const INBOX_STATES = ['RECEIVED', 'APPLIED', 'IGNORED', 'WAITING', 'RETRY', 'DEAD'] as const;

export const listInboxInput = z.object({
  state: z.array(z.enum(INBOX_STATES)).max(6).default(['DEAD', 'RETRY', 'WAITING']),
  limit: z.int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
});
export type ListInboxInput = z.input<typeof listInboxInput>;

export const replayInput = z.object({
  eventIds: z.array(plainText(1, 255)).min(1).max(100),
  idempotencyKey,
});
export type ReplayInput = z.input<typeof replayInput>;

export const getEventInput = z.object({ eventId: plainText(1, 255) });
export type GetEventInput = z.input<typeof getEventInput>;

/** An event of the inbox without its payload. Times ISO 8601 UTC. */
export interface InboxEventView {
  eventId: string;
  type: string;
  objectId: string;
  state: string;
  source: string;
  attempts: number;
  waitingFor: string | null;
  outcome: string | null;
  lastError: string | null;
  nextAttemptAt: string | null;
  receivedAt: string;
  finishedAt: string | null;
}

/** With what Stripe sent; null once it has been deleted by age (decision 24). */
export interface InboxEventDetailView extends InboxEventView {
  payload: Record<string, unknown> | null;
}

/** How long events took from their arrival to the end, by hour of arrival, the last 24 hours; hours without events have no row. */
export interface InboxLagView {
  hours: {
    /** Start of the hour, ISO 8601 UTC. */
    from: string;
    count: number;
    medianMs: number;
    maxMs: number;
    /** Of these not finished yet: their lag is their age. */
    openCount: number;
  }[];
  /** When it was measured. */
  at: string;
}
