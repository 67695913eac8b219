import { type LimitState, limitHeaders, nearest, type RateLimits } from '@/rest/limits';
import type { Actor } from '@/services/actor';
import type { RequestInfo } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { credentialsOf } from '@/services/identity/resolve-actor';
import { handleTrpc, MAX_BATCH_SIZE, TRPC_PATH, type TrpcDoor } from '@/trpc/handler';
import { refuseTrpc } from '@/trpc/refusal';

/**
 * The procedures that open a payment for a payer, as the counted rows of the legacy API do (decision 27), try a card anew, or
 * make an intent for a payment that had none.
 */
const COUNTED: ReadonlySet<string> = new Set([
  'payments.create',
  'cash.request',
  'tableSessions.pay',
  'splits.create',
  'payments.retry',
  'payments.payWithSavedCard',
  'paymentMethods.setupIntent',
]);
/** Makes an intent too; but staff change to cash at one table after the other. */
const COUNTED_BUT_FOR_STAFF = 'payments.changeMethod';

/** How many calls of each kind a request holds: each of a batch counts (decision 26). */
interface Calls {
  payment: number;
  request: number;
}

/**
 * tRPC behind the same limits as the legacy API. Who asks is looked up once, for the limits and for the call. The platform alone
 * is not held up: it syncs all restaurants by one name from one address.
 */
export async function handleLimitedTrpc(
  door: TrpcDoor & { limits: RateLimits },
  request: Request,
  info: RequestInfo,
): Promise<Response> {
  const { limits } = door;
  const names = namesOf(request);
  const credentials = credentialsOf(request.headers);
  const address = await limits.takeAddress(info.ip, 0);
  // Nobody is looked up for an address that is over it; a token may be the platform's.
  if (address?.isExceeded && credentials.authorization === null) return refused(address, info);
  const asking = door.resolveActor(credentials);
  const again = { ...door, resolveActor: () => asking };
  let actor: Actor | null;
  try {
    actor = await asking;
  } catch (error) {
    // Nobody can say who asks, as while the database is away: that is no refusal of the caller.
    if (!(error instanceof ServiceError)) return handleTrpc(again, request, info);
    // Credentials that are no good are tRPC's to refuse. They count by address alone.
    actor = null;
  }
  if (actor?.kind === 'service') return handleTrpc(again, request, info);
  const states =
    actor === null ? [] : await takeCalls(limits, actor, info.ip, callsOf(request, names, actor));
  // Who is over their own takes nothing from the others behind the address.
  if (!states.some((state) => state.isExceeded)) {
    const ofAddress = await limits.takeAddress(info.ip, names.length);
    if (ofAddress) states.push(ofAddress);
  }
  // An admin whose address nobody knows.
  if (states.length === 0) return handleTrpc(again, request, info);
  const state = nearest(states);
  if (state.isExceeded) return refused(state, info);
  return withLimit(await handleTrpc(again, request, info), state);
}

/** Admins' calls other than payments count by address alone: their pages look again at every event of all restaurants. */
function takeCalls(limits: RateLimits, actor: Actor, ip: string | null, calls: Calls): Promise<LimitState[]> {
  return Promise.all(
    (['payment', 'request'] as const)
      .filter((kind) => calls[kind] > 0 && (kind === 'payment' || actor.kind !== 'admin'))
      .map((kind) => limits.take(kind, actor, ip, calls[kind])),
  );
}

/** Names are found as tRPC finds them: slashes behind them change nothing. What is too long for a batch is refused there. */
function namesOf(request: Request): string[] {
  const url = new URL(request.url);
  const path = decoded(url.pathname.slice(TRPC_PATH.length + 1).replace(/\/+$/, ''));
  return url.searchParams.get('batch') === '1' ? path.split(',', MAX_BATCH_SIZE) : [path];
}

function callsOf(request: Request, names: readonly string[], actor: Actor): Calls {
  const isCounted = (name: string) =>
    COUNTED.has(name) || (name === COUNTED_BUT_FOR_STAFF && actor.kind !== 'member');
  const payment = request.method === 'POST' ? names.filter(isCounted).length : 0;
  return { payment, request: names.length - payment };
}

function refused(state: LimitState, info: RequestInfo): Response {
  const retryAfterSec = Math.max(1, state.resetSec);
  const refusal = new ServiceError(
    'RATE_LIMIT_EXCEEDED',
    `Too many requests. Try again in ${retryAfterSec} seconds.`,
    { details: { retryAfterSec } },
  );
  return withLimit(refuseTrpc(refusal, 429, info), state);
}

function withLimit(response: Response, state: LimitState): Response {
  for (const [name, value] of Object.entries(limitHeaders(state))) response.headers.set(name, value);
  return response;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
