import type { ServiceContext } from '../context';
import type { ExportFormat, ExportView } from './schemas';

/** Below it, the token: where a finished file is downloaded. */
const EXPORT_FILES_PATH = '/api/exports/files';

/** As src/db/sql/exports.ts answers it. */
export type ExportJobRow = {
  id: string;
  restaurantId: string | null;
  kind: string;
  format: ExportFormat;
  filters: Record<string, unknown>;
  state: 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED';
  requestedBy: string;
  token: string;
  rowCount: number;
  totalRowCount: number | null;
  byteCount: number;
  failureReason: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  expiresAt: Date | null;
  /** Its link has ended, by the database's clock. */
  isOver: boolean;
};

export function toExportView(ctx: ServiceContext, row: ExportJobRow): ExportView {
  const { token, createdAt, finishedAt, expiresAt, isOver, ...rest } = row;
  const isThere = row.state === 'DONE' && !isOver;
  return {
    ...rest,
    state: row.state === 'DONE' && isOver ? 'EXPIRED' : row.state,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    url: isThere ? `${ctx.settings.publicUrl}${EXPORT_FILES_PATH}/${token}` : null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
