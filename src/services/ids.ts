import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/** A new UUIDv7: ids issued by this service sort by time (decision 3). */
export function newId(): string {
  return v7();
}

/** 256 random bits for links that need no login. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for any UUID; a malformed one can belong to nothing of ours (decision 3). */
export function isUuid(value: string | null | undefined): value is string {
  return typeof value === 'string' && UUID.test(value);
}
