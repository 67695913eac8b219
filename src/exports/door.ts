import type { Deps, RequestInfo } from '@/services/context';
import type { ErrorKind, ServiceError } from '@/services/errors';
import { type ActorResolver, credentialsOf } from '@/services/identity/resolve-actor';
import { journal } from '@/services/ledger';
import type { JournalRow } from '@/services/ledger/schemas';
import { toServiceError } from '@/services/to-service-error';
import { csvStream } from './csv';

/** Below it: files for people, made as they are downloaded. */
export const EXPORTS_PATH = '/api/exports';

const JOURNAL_COLUMNS: Record<keyof JournalRow, string> = {
  businessDay: 'Business day',
  occurredAt: 'Time (UTC)',
  transactionId: 'Entry',
  fact: 'Fact',
  restaurantId: 'Restaurant',
  paymentId: 'Payment',
  account: 'Account',
  accountName: 'Account name',
  accountType: 'Account type',
  currency: 'Currency',
  debit: 'Debit',
  credit: 'Credit',
};

/**
 * GET /api/exports/ledger.csv?restaurantId=&fromDay=&toDay=&platformOnly=true: the accounting journal in double-entry rows. The
 * same credentials and rules as ledger.trialBalance, whose sums it reproduces.
 */
export async function handleExports(
  { deps, resolveActor }: { deps: Deps; resolveActor: ActorResolver },
  request: Request,
  info: RequestInfo,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== `${EXPORTS_PATH}/ledger.csv`) return new Response('Not found\n', { status: 404 });
  if (request.method !== 'GET')
    return new Response('Exports are downloaded.\n', { status: 405, headers: { allow: 'GET' } });
  try {
    const actor = await resolveActor(credentialsOf(request.headers));
    const given = (name: string) => searchParams.get(name) ?? undefined;
    const rows = journal(
      { ...deps, actor, request: info },
      {
        restaurantId: given('restaurantId'),
        fromDay: given('fromDay'),
        toDay: given('toDay'),
        platformOnly: searchParams.get('platformOnly') === 'true',
      },
    );
    return new Response(csvStream(JOURNAL_COLUMNS, rows), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="ledger.csv"',
      },
    });
  } catch (error) {
    const refusal = toServiceError(error);
    if (refusal.kind === 'INTERNAL')
      deps.log.error({ requestId: info.id, err: refusal.cause }, 'an export failed');
    return refuseExport(refusal, STATUS[refusal.kind] ?? 500);
  }
}

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
  UNAVAILABLE: 503,
};
