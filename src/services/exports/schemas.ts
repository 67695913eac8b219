import { z } from 'zod';
import { idempotencyKey, plainText, platformId } from '../payments/schemas';
import { EXPORT_NAMES } from './registry';

const EXPORT_FORMATS = ['csv', 'pdf'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const value = z.union([plainText(1, 255), z.number(), z.boolean(), z.array(plainText(1, 64)).max(10)]);

export const createExportInput = z.object({
  kind: z.enum(EXPORT_NAMES),
  format: z.enum(EXPORT_FORMATS).default('csv'),
  /** As the kind knows them (services/exports/kinds), restaurantId among them; times as ISO 8601. */
  filters: z.record(z.string().max(32), value),
  idempotencyKey,
});
export type CreateExportInput = z.input<typeof createExportInput>;

export const getExportInput = z.object({ exportId: z.uuid() });
export type GetExportInput = z.input<typeof getExportInput>;

export const listExportsInput = z.object({
  /** Without it: all of them, for admins. */
  restaurantId: platformId.optional(),
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(100).default(20),
});
export type ListExportsInput = z.input<typeof listExportsInput>;

/** A file that is made in the background. EXPIRED: it was there, and is not any more. Times ISO 8601 UTC. */
export interface ExportView {
  id: string;
  restaurantId: string | null;
  kind: string;
  format: ExportFormat;
  filters: Record<string, unknown>;
  state: 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED' | 'EXPIRED';
  /** Written so far: rows of a spreadsheet, or lines of a document's tables without those that sum up. */
  rowCount: number;
  /** Of how many; null as long as nobody knows, as counting would take as long as the file. */
  totalRowCount: number | null;
  byteCount: number;
  failureReason: string | null;
  requestedBy: string;
  createdAt: string;
  finishedAt: string | null;
  /** Whoever has it may download the file, until it expires; null while there is none. */
  url: string | null;
  expiresAt: string | null;
}
