import { z } from 'zod';
import { moment, plainText, platformId } from '../payments/schemas';

export const listAuditInput = z.object({
  restaurantId: platformId.optional(),
  /** The beginning of an action, e.g. `drawer` or `settings.changed`. */
  action: plainText(1, 64).optional(),
  /** As the audit names them (`user:<id>`), or the id alone. */
  actor: plainText(1, 300).optional(),
  subjectType: plainText(1, 32).optional(),
  subjectId: plainText(1, 255).optional(),
  /** From this moment on. */
  from: moment.optional(),
  /** Before this moment. */
  to: moment.optional(),
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(200).default(50),
});
export type ListAuditInput = z.input<typeof listAuditInput>;

/** One thing that somebody did. Times ISO 8601 UTC. */
export interface AuditEntryView {
  id: string;
  at: string;
  /** user:<id>, login:<id>, guest:<public id>, service:<name>, system:<name>. */
  actor: string;
  /** As that person is called now; null: unknown, or no person. */
  actorName: string | null;
  action: string;
  subjectType: string;
  subjectId: string;
  restaurantId: string | null;
  /** Ids and amounts of what changed; its shape is that of the action. */
  details: Record<string, unknown> | null;
  requestId: string | null;
}
