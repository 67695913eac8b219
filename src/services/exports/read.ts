import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import { listExportJobs, readExportChunk, readExportFile, readExportJob } from '@/db/sql/exports';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import { exportKindOf } from './registry';
import {
  type ExportFormat,
  type ExportView,
  type GetExportInput,
  getExportInput,
  type ListExportsInput,
  listExportsInput,
} from './schemas';
import { type ExportJobRow, toExportView } from './view';

/**
 * One export with its progress and, once it is there, its link. For those who may have it made.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function getExport(ctx: ServiceContext, raw: GetExportInput): Promise<ExportView> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'export.manage');
  const { exportId } = parseInput(getExportInput, raw);
  const row = await ctx.db.maybeOne<ExportJobRow>(readExportJob, [exportId]);
  if (row === null) throw notVisible('Export');
  authorize(ctx.actor, 'export.manage', { restaurantId: row.restaurantId }, 'Export');
  if (!mayHave(ctx, row)) throw notVisible('Export');
  return toExportView(ctx, row);
}

/**
 * Exports, newest first, page by page; kinds that the caller may not have are left out.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant, or none named by its people), UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listExports(ctx: ServiceContext, raw: ListExportsInput): Promise<Page<ExportView>> {
  const { restaurantId = null, cursor, limit } = parseInput(listExportsInput, raw);
  authorize(ctx.actor, 'export.manage', { restaurantId }, 'Restaurant');
  const below = cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.uuid()]))[0];
  const rows = await ctx.db.query<ExportJobRow>(listExportJobs, [restaurantId, below, limit + 1]);
  const { page, nextCursor } = pageOf(rows, limit, (last) => [last.id]);
  return {
    items: page.filter((row) => mayHave(ctx, row)).map((row) => toExportView(ctx, row)),
    nextCursor,
  };
}

/** The kind's own rule: staff see what staff may export, owners the books too. */
function mayHave(ctx: ServiceContext, row: ExportJobRow): boolean {
  try {
    exportKindOf(row.kind)?.admit(ctx, row.filters);
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

/** A finished file. */
export interface ExportFile {
  name: string;
  format: ExportFormat;
  byteCount: number;
  /** Read part by part as it is taken. */
  body: ReadableStream<Uint8Array>;
}

/**
 * The file behind a link, without login, until the link expires.
 * @throws ServiceError NOT_FOUND
 */
export async function openExportFile(ctx: ServiceContext, token: string): Promise<ExportFile> {
  const file = await ctx.db.maybeOne<{ id: string; kind: string; format: ExportFormat; byteCount: number }>(
    readExportFile,
    [token],
  );
  if (file === null) {
    throw new ServiceError('NOT_FOUND', 'This link is unknown or has expired. Have the export made again.');
  }
  let sequence = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await ctx.db.maybeOne<{ bytes: Uint8Array }>(readExportChunk, [file.id, sequence++]);
      if (part === null) controller.close();
      else controller.enqueue(part.bytes);
    },
  });
  return { name: file.kind, format: file.format, byteCount: file.byteCount, body };
}
