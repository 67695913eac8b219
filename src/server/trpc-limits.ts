import { limitHeaders, type RateLimits } from '@/rest/limits';
import type { RequestInfo } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { credentialsOf } from '@/services/identity/resolve-actor';
import { handleTrpc, TRPC_PATH, type TrpcDoor } from '@/trpc/handler';
import { refuseTrpc } from '@/trpc/refusal';
import { pathOf } from './http';

/** The procedures that open a payment for a payer, as the counted rows of the legacy API do (decision 27), or try a card anew. */
const COUNTED: ReadonlySet<string> = new Set([
  'payments.create',
  'cash.request',
  'tableSessions.pay',
  'splits.create',
  'payments.retry',
  'payments.payWithSavedCard',
  'paymentMethods.setupIntent',
]);

/** How many payments a request asks to open: each call of a batch counts (decision 26). */
function countedCalls(request: Request): number {
  if (request.method !== 'POST') return 0;
  const names = decoded(pathOf(request.url).slice(TRPC_PATH.length + 1)).split(',');
  return names.filter((name) => COUNTED.has(name)).length;
}

/** tRPC behind the same limit as the legacy API. Who asks is looked up once, for the limit and for the call. */
export async function handleLimitedTrpc(
  door: TrpcDoor & { limits: RateLimits },
  request: Request,
  info: RequestInfo,
): Promise<Response> {
  const calls = countedCalls(request);
  if (calls === 0) return handleTrpc(door, request, info);
  const asking = door.resolveActor(credentialsOf(request.headers));
  const again = { ...door, resolveActor: () => asking };
  // Credentials that are no good are tRPC's to refuse.
  const actor = await asking.catch(() => null);
  if (actor === null) return handleTrpc(again, request, info);
  const state = await door.limits.take('payment', actor, info.ip, calls);
  const response = state.isExceeded
    ? refuseTrpc(exceeded(state.resetSec), 429, info)
    : await handleTrpc(again, request, info);
  for (const [name, value] of Object.entries(limitHeaders(state))) response.headers.set(name, value);
  return response;
}

function exceeded(resetSec: number): ServiceError {
  const retryAfterSec = Math.max(1, resetSec);
  return new ServiceError(
    'RATE_LIMIT_EXCEEDED',
    `Too many payments started. Try again in ${retryAfterSec} seconds.`,
    { details: { retryAfterSec } },
  );
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
