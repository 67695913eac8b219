import {
  addExportChunk,
  deleteExportChunks,
  endExportJob,
  handBackExportJob,
  takeExportJob,
  tellExportTotal,
} from '@/db/sql/exports';
import { csvStream } from '@/documents/csv';
import { type PrintedDocument, pdfStream } from '@/documents/pdf';
import type { Deps, ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { systemContext } from '../system-context';
import { toServiceError } from '../to-service-error';
import { exportKindOf } from './registry';
import type { ExportFormat } from './schemas';

type Job = { id: string; kind: string; format: ExportFormat; filters: unknown; attempt: number };

const LEASE_SEC = 60;
const MAX_ATTEMPTS = 3;
const LINK_MS = 24 * 3_600_000;
const CHUNK_BYTES = 256 * 1024;
/** A part is written after so many rows at the latest, however few bytes they take: it tells how far the file is. */
const CHUNK_ROWS = 500;

/**
 * Makes the files that wait, one after the other: each is read in pages and written in parts, so that it takes little memory
 * and no long transaction. What a dead worker left is taken over. @returns how many were taken
 */
export async function makeExports(
  deps: Deps,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<number> {
  const ctx = systemContext(deps, 'export');
  for (let taken = 0; ; taken++) {
    const job = signal?.aborted ? null : await ctx.db.maybeOne<Job>(takeExportJob, [LEASE_SEC]);
    if (job === null) return taken;
    try {
      await make(ctx, job, signal);
    } catch (error) {
      await giveUp(ctx, job, error);
    }
  }
}

async function make(ctx: ServiceContext, job: Job, signal: AbortSignal | undefined): Promise<void> {
  await ctx.db.query(deleteExportChunks, [job.id]);
  const progress = { rows: 0 };
  let [sequence, toldRows] = [0, 0];
  const write = async (bytes: Buffer) => {
    const values = [job.id, job.attempt, sequence++, bytes, progress.rows, LEASE_SEC];
    toldRows = progress.rows;
    return (await ctx.db.maybeOne(addExportChunk, values)) !== null;
  };
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const piece of await open(ctx, job, progress)) {
    if (signal?.aborted) {
      await ctx.db.query(handBackExportJob, [job.id, job.attempt]);
      return;
    }
    waiting.push(piece);
    size += piece.byteLength;
    if (size < CHUNK_BYTES && progress.rows - toldRows < CHUNK_ROWS) continue;
    if (!(await write(Buffer.concat(waiting)))) return; // another worker has it now
    [waiting, size] = [[], 0];
  }
  if (!(await write(Buffer.concat(waiting)))) return;
  await end(ctx, job, 'DONE', null, LINK_MS);
}

/** The file's bytes as they are taken. Tells the job's total first, where it is known. */
async function open(
  ctx: ServiceContext,
  job: Job,
  progress: { rows: number },
): Promise<ReadableStream<Uint8Array>> {
  const kind = exportKindOf(job.kind);
  if (kind === null) throw new ServiceError('INVALID_INPUT', 'This kind of export is not there any more.');
  const tell = (total: number | null) => ctx.db.query(tellExportTotal, [job.id, job.attempt, total]);
  if (job.format === 'csv') {
    const pages = await kind.table(ctx, job.filters);
    await tell(await kind.total(ctx, job.filters));
    return csvStream(
      kind.columns,
      counted(pages, (page) => page.length, progress),
    );
  }
  const document = await kind.document(ctx, job.filters);
  if (document === null) throw new ServiceError('INVALID_INPUT', 'This export has no printable form.');
  await tell(linesOf(document) ?? (await kind.total(ctx, job.filters)));
  return pdfStream({
    ...document,
    sections: document.sections.map((section) =>
      section.isSummary ? section : { ...section, rows: counted(section.rows, () => 1, progress) },
    ),
  });
}

/** How many lines it has beside its sums; null where they are read only as they are printed. */
function linesOf({ sections }: PrintedDocument): number | null {
  const lists = sections.filter((section) => !section.isSummary).map(({ rows }) => rows);
  return lists.every((rows) => Array.isArray(rows))
    ? lists.reduce((sum, rows) => sum + rows.length, 0)
    : null;
}

/** The same items; their rows count once the next is asked for. */
async function* counted<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  rowsIn: (item: Item) => number,
  progress: { rows: number },
): AsyncGenerator<Item> {
  for await (const item of items) {
    yield item;
    progress.rows += rowsIn(item);
  }
}

/** A refusal stays one. Anything else is tried again once the lease is over, a few times. */
async function giveUp(ctx: ServiceContext, job: Job, error: unknown): Promise<void> {
  const refusal = toServiceError(error);
  const isFinal = refusal.kind !== 'INTERNAL' && refusal.kind !== 'UNAVAILABLE';
  ctx.log.warn({ exportId: job.id, attempt: job.attempt, error: String(error) }, 'an export failed');
  if (isFinal || job.attempt >= MAX_ATTEMPTS) await end(ctx, job, 'FAILED', refusal.message, 0);
}

async function end(
  ctx: ServiceContext,
  job: Job,
  state: 'DONE' | 'FAILED',
  reason: string | null,
  linkMs: number,
): Promise<void> {
  await ctx.db.query(endExportJob, [job.id, job.attempt, state, reason, linkMs]);
}
