import { csvStream } from '@/documents/csv';
import { pdfStream } from '@/documents/pdf';
import type { Deps, RequestInfo, ServiceContext } from '@/services/context';
import type { ErrorKind } from '@/services/errors';
import { ServiceError } from '@/services/errors';
import { openExportFile, printReceipt } from '@/services/exports';
import { exportKindOf } from '@/services/exports/registry';
import { type ActorResolver, credentialsOf } from '@/services/identity/resolve-actor';
import { refuseCardNumbers } from '@/services/refuse-card-numbers';
import { toServiceError } from '@/services/to-service-error';

/** Below it: files for people. */
export const EXPORTS_PATH = '/api/exports';

const TYPES = { csv: 'text/csv; charset=utf-8', pdf: 'application/pdf' } as const;
type Format = keyof typeof TYPES;

/**
 * GET /api/exports/<kind>.csv or .pdf?restaurantId=&…: made as it is downloaded, with the filters of the kind
 * (services/exports/kinds) and the credentials and rules of the procedure that shows the same.
 * GET /api/exports/files/<token>: a file that was made in the background. GET /api/exports/receipts/<token>.pdf: a receipt.
 * Both need nothing but the link.
 */
export async function handleExports(
  { deps, resolveActor }: { deps: Deps; resolveActor: ActorResolver },
  request: Request,
  info: RequestInfo,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const answer = routeOf(pathname.slice(EXPORTS_PATH.length + 1));
  if (answer === null) return new Response('Not found\n', { status: 404 });
  if (request.method !== 'GET')
    return new Response('Exports are downloaded.\n', { status: 405, headers: { allow: 'GET' } });
  try {
    const actor = answer.isPublic
      ? ({ kind: 'anonymous' } as const)
      : await resolveActor(credentialsOf(request.headers));
    const filters = filtersOf(searchParams);
    refuseCardNumbers(filters);
    return await answer.give({ ...deps, actor, request: info }, filters);
  } catch (error) {
    const refusal = toServiceError(error);
    if (refusal.kind === 'INTERNAL')
      deps.log.error({ requestId: info.id, err: refusal.cause }, 'an export failed');
    return refuseExport(refusal, STATUS[refusal.kind] ?? 500);
  }
}

interface Answer {
  isPublic: boolean;
  give(ctx: ServiceContext, filters: Record<string, string | string[]>): Promise<Response>;
}

function routeOf(path: string): Answer | null {
  const [, folder = '', name = '', format] =
    /^(?:(receipts|files)\/)?([\w-]{1,128})(?:\.(csv|pdf))?$/.exec(path) ?? [];
  if (folder === 'files' && format === undefined && name !== '')
    return { isPublic: true, give: (ctx) => giveFile(ctx, name) };
  if (folder === 'receipts' && format === 'pdf')
    return { isPublic: true, give: (ctx) => giveReceipt(ctx, name) };
  const kind = folder === '' ? exportKindOf(name) : null;
  if (kind === null || format === undefined || (format === 'pdf' && !kind.isPrintable)) return null;
  return {
    isPublic: false,
    give: async (ctx, filters) => {
      if (format === 'csv')
        return download(csvStream(kind.columns, await kind.table(ctx, filters)), 'csv', name);
      const document = await kind.document(ctx, filters);
      if (document === null) throw NOTHING;
      return download(await pdfStream(document), 'pdf', name);
    },
  };
}

async function giveFile(ctx: ServiceContext, token: string): Promise<Response> {
  const { name, format, body, byteCount } = await openExportFile(ctx, token);
  return download(body, format, name, { 'content-length': String(byteCount) });
}

async function giveReceipt(ctx: ServiceContext, token: string): Promise<Response> {
  return download(await pdfStream(await printReceipt(ctx, token)), 'pdf', 'receipt');
}

/** Addresses with a token are keys: no cache keeps what they open, and no other site learns them. */
function download(
  body: ReadableStream<Uint8Array>,
  format: Format,
  name: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    headers: {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="${name}.${format}"`,
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      ...headers,
    },
  });
}

/** A name that comes once is a text, one that comes more often a list. */
function filtersOf(search: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(search.keys())].map((name) => {
      const values = search.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

const NOTHING = new ServiceError('NOT_FOUND', 'This export has no printable form: ask for csv.');

/** Refusals as JSON: the code, and words for people. Another tenant's thing is not there (decision 6). */
export function refuseExport(error: ServiceError, status: number): Response {
  const code = error.kind === 'NOT_VISIBLE' ? 'NOT_FOUND' : error.code;
  return Response.json({ code, message: error.message }, { status });
}

const STATUS: Partial<Record<ErrorKind, number>> = {
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  NOT_VISIBLE: 404,
  CONFLICT: 409,
  UNAVAILABLE: 503,
};
