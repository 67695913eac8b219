import { ApiError } from '../errors';

/** A finished answer, ready to be written or replayed. */
export interface Answer {
  status: number;
  body: string;
  requestId: string;
}

interface Entry {
  path: string;
  body: string;
  atMs: number;
  answer?: Answer;
}

const KEEP_MS = 24 * 3_600_000;

const canonical = (body: string) => body.split('&').sort().join('&');

/**
 * First results by idempotency key (Stripe, "Idempotent requests"): kept 24 hours, errors included; the same
 * key with other parameters or another path is refused, and so is a key whose first request still runs.
 */
export class Idempotency {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly nowMs: () => number) {}

  /** The stored answer, or undefined when the caller should execute; throws `idempotency_error` and the 409. */
  begin(key: string, path: string, body: string): Answer | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || this.nowMs() - entry.atMs >= KEEP_MS) {
      this.entries.delete(key);
      this.prune();
      this.entries.set(key, { path, body, atMs: this.nowMs() });
      return undefined;
    }
    if (entry.path !== path) {
      throw mismatch(
        `Keys for idempotent requests can only be used for the same endpoint they were first used for ` +
          `('${path}' vs '${entry.path}'). Try using a key other than '${key}' if you meant to execute a ` +
          'different request.',
      );
    }
    if (entry.body !== body && canonical(entry.body) !== canonical(body)) {
      throw mismatch(
        'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
          `Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    }
    if (entry.answer === undefined) throw keyInUse(key);
    return entry.answer;
  }

  /** Stores the first result. */
  finish(key: string, answer: Answer): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) entry.answer = answer;
  }

  /** Forgets a key whose request never began to execute. */
  abandon(key: string): void {
    if (this.entries.get(key)?.answer === undefined) this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  dump(): [string, Entry][] {
    return [...this.entries].filter(([, entry]) => entry.answer !== undefined);
  }

  load(entries: [string, Entry][]): void {
    this.entries.clear();
    for (const [key, entry] of entries) this.entries.set(key, entry);
  }

  /** Drops expired keys from the oldest on; the map keeps insertion order. */
  private prune(): void {
    const limit = this.nowMs() - KEEP_MS;
    for (const [key, entry] of this.entries) {
      if (entry.atMs > limit || entry.answer === undefined) return;
      this.entries.delete(key);
    }
  }
}

function mismatch(message: string): ApiError {
  return new ApiError(400, { type: 'idempotency_error', message }, false);
}

/** Stripe's 409 for a key whose first request still runs. */
export function keyInUse(key: string): ApiError {
  const message =
    'There is currently another in-progress request using this Idempotent Key (that probably means you ' +
    `submitted twice, and the other request is still going through): ${key}. Please try again.`;
  return new ApiError(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message }, false);
}
