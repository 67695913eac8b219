import type { IncomingMessage } from 'node:http';
import { ApiError, errorText, invalidParam, unknownUrl } from '../errors';
import { newId } from '../ids';
import type { Rules } from '../rules';
import type { World } from '../world';
import { authenticate, secretKeyRequired } from './auth';
import { expandAll } from './expand';
import { type FaultRule, faultError, serverError, storedError, takeFault } from './faults';
import { parseForm } from './form';
import type { Answer, Idempotency } from './idempotency';
import type { Call, Method } from './operation';
import type { RequestLog } from './request-log';
import type { Router } from './router';

export interface ApiParts {
  world: World;
  router: Router;
  idempotency: Idempotency;
  faults: Rules<FaultRule>;
  log: RequestLog;
  onChange: () => void;
  wait: (ms: number) => Promise<void>;
}

export interface ApiRequest {
  message: IncomingMessage;
  method: string;
  /** Path without query. */
  path: string;
  /** Body of a POST, query of the others: the parameters as sent. */
  raw: string;
}

export interface ApiResponse extends Answer {
  replayed: boolean;
  headers: Record<string, string>;
}

/** What happens to the connection instead of an answer. */
export type Outcome = { respond: ApiResponse } | { silence: 'hang' | 'destroy' };

const KNOWN_VERSION = /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/;

/** Handles one `/v1` request: fault, key, idempotency, validation, execution, expansion. */
export async function handleApi(parts: ApiParts, request: ApiRequest): Promise<Outcome> {
  const { world, log, faults } = parts;
  const requestId = newId('req').slice(0, 18);
  const header = request.message.headers['idempotency-key'];
  const key = request.method === 'POST' && typeof header === 'string' && header !== '' ? header : undefined;
  const fault = takeFault(faults, request);
  const finish = (outcome: Outcome): Outcome => {
    const response = 'respond' in outcome ? outcome.respond : undefined;
    log.add({
      requestId: response?.requestId ?? requestId,
      method: request.method,
      path: request.path,
      idempotencyKey: key ?? null,
      status: response?.status ?? 0,
      replayed: response?.replayed ?? false,
      fault: fault?.kind ?? null,
    });
    return outcome;
  };
  if (fault?.kind === 'hang') return finish({ silence: 'hang' });
  if (fault?.kind === 'reset') return finish({ silence: 'destroy' });
  const delayMs = world.settings.latencyMs + (fault?.kind === 'delay' ? (fault.delayMs ?? 100) : 0);
  const response = await answer(parts, request, { requestId, key, fault, delayMs });
  if (fault?.kind === 'lost_answer') return finish({ silence: 'destroy' });
  if (fault?.kind === 'hang_after_execution') return finish({ silence: 'hang' });
  return finish({ respond: response });
}

interface Attempt {
  requestId: string;
  key: string | undefined;
  fault: FaultRule | undefined;
  delayMs: number;
}

async function answer(parts: ApiParts, request: ApiRequest, attempt: Attempt): Promise<ApiResponse> {
  const { key, requestId, fault } = attempt;
  let began = false;
  try {
    const early = fault && faultError(fault, key);
    if (early !== undefined) throw early;
    const execute = prepare(parts, request, attempt);
    const stored = key === undefined ? undefined : parts.idempotency.begin(key, request.path, request.raw);
    if (stored !== undefined) return { ...stored, requestId, replayed: true, headers: originOf(stored) };
    began = true;
    if (attempt.delayMs > 0) await parts.wait(attempt.delayMs);
    const instead = storedError(fault);
    if (instead !== undefined) throw instead;
    const body = JSON.stringify(execute());
    if (fault?.kind === 'server_error_after_execution') throw serverError(fault);
    return keep(parts, key, { status: 200, body, requestId, replayed: false, headers: {} });
  } catch (error) {
    const refused = error instanceof ApiError ? error : internal(error);
    const { status, headers } = refused;
    const response = { status, body: errorText(refused, requestId), requestId, replayed: false, headers };
    if (began && refused.storable) return keep(parts, key, response);
    if (began && key !== undefined) parts.idempotency.abandon(key);
    return response;
  } finally {
    if (request.method !== 'GET') parts.onChange();
  }
}

function keep(parts: ApiParts, key: string | undefined, response: ApiResponse): ApiResponse {
  if (key === undefined) return response;
  const { status, body, requestId, headers } = response;
  parts.idempotency.finish(key, { status, body, requestId });
  return { ...response, headers: { ...headers, ...originOf(response) } };
}

/** Which request first used the key: Stripe tells it with every answer to a request with a key. */
function originOf(first: Answer): Record<string, string> {
  return { 'original-request': first.requestId };
}

/** Everything that Stripe checks before execution; throws what is not stored against a key. */
function prepare(parts: ApiParts, request: ApiRequest, attempt: Attempt): () => object {
  const { world, router } = parts;
  const form = parseForm(request.raw);
  const publishable =
    authenticate(request.message, typeof form.key === 'string' ? form.key : undefined) === 'publishable';
  const version = request.message.headers['stripe-version'];
  if (typeof version === 'string' && !KNOWN_VERSION.test(version)) {
    throw invalidParam(`Invalid Stripe API version: ${version}`);
  }
  const match = router.match(request.method as Method, request.path);
  if (match === undefined) throw unknownUrl(request.method, request.path);
  const { operation, ids } = match;
  if (publishable && !operation.publishable) throw secretKeyRequired();
  const { expand, execute } = operation.prepare(form, publishable);
  const cause = { id: attempt.requestId, idempotency_key: attempt.key ?? null };
  const call: Call = { world, ids, cause, publishable, path: request.path };
  return () => {
    const result = execute(call);
    return expand.length === 0 ? result : expandAll(world, result, expand);
  };
}

function internal(error: unknown): ApiError {
  const message = `The simulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return new ApiError(500, { type: 'api_error', message });
}
