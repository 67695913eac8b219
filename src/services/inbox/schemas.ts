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
