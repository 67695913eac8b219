import { randomUUID } from 'node:crypto';

/** What may be taken over from a caller: it ends up in logs, audit rows (64 characters) and answers. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** The caller's `x-request-id` when it is harmless, else a new UUID. */
export function requestIdOf(header: string | null): string {
  return header !== null && SAFE.test(header) ? header : randomUUID();
}
