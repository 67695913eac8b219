import { createHash } from 'node:crypto';
import { ServiceError } from '@/services/errors';
import { newId } from '@/services/ids';

/** Of a body that a row of ours reads; what is passed on to the platform may be an image. */
const MAX_BODY_BYTES = 256 * 1024;

/** The body of a request as an object; none is an empty one. @throws ServiceError INVALID_INPUT, PAYLOAD_TOO_LARGE */
export async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  if (request.method === 'GET' || request.method === 'HEAD') return {};
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const body = await request.text();
  if (body.trim() === '') return {};
  if (body.length > MAX_BODY_BYTES) throw tooLarge();
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServiceError('INVALID_INPUT', 'Send a JSON object as the body.');
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Text of a field; numbers count as text. Absent or empty: undefined. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws ServiceError INVALID_INPUT when it is absent */
export function requiredText(value: unknown, field: string): string {
  const found = text(value);
  if (found !== undefined) return found;
  throw new ServiceError('INVALID_INPUT', `Send ${field}.`, { details: { field } });
}

/** A list of texts, or undefined. Anything that is no text in it is left out. */
export function texts(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map(text).filter((item) => item !== undefined);
  return found.length > 0 ? found : undefined;
}

/** The operation's key (decision 26): the client's header, bound to what it asks for, else a new one. */
export function operationKeyOf(
  request: Request,
  path: string,
): { idempotencyKey: string; hasOwnKey: boolean } {
  const own = request.headers.get('idempotency-key')?.trim();
  if (!own) return { idempotencyKey: `rest:${newId()}`, hasOwnKey: false };
  const digest = createHash('sha256').update(`${request.method} ${path} ${own}`).digest('base64url');
  return { idempotencyKey: `rest:${digest}`, hasOwnKey: true };
}

function tooLarge(): ServiceError {
  return new ServiceError(
    'PAYLOAD_TOO_LARGE',
    `The body is larger than ${MAX_BODY_BYTES} bytes. Send less at once.`,
  );
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new ServiceError('INVALID_INPUT', 'The body is not valid JSON.');
  }
}
