import { verdictOf } from '@/ui/kit/failure';
import { forgetTab, readTab, writeTab } from './tab-store';

/** Less than the server keeps keys (decision 24): later a repeat would be another operation. */
const KEPT_MS = 48 * 3_600_000;

interface Stored {
  asked: string;
  key: string;
  /** When it was tried first; milliseconds. */
  at: number;
}

/** A try of an operation. One of the two ends it; without either nobody knows whether it was done. */
interface Try {
  key: string;
  done(): void;
  failed(error: unknown): void;
}

/**
 * One operation that a person asks for, with its idempotency key: kept over retries and a reload of the page until the server has
 * answered, so that a double click, or a second try after an answer that got lost, does nothing twice. What is asked for is
 * plain JSON; a change of it is another operation.
 */
export function operationOf(name: string, now: () => number = Date.now) {
  const place = `tabsy.operation.${name}`;
  const read = () => {
    const stored = readTab(place) as Stored | null;
    return stored && now() - stored.at < KEPT_MS ? stored : null;
  };
  return {
    /** What was asked for while nobody knows whether it was done. Whoever asks for more money must send this again first. */
    unknown(): object | null {
      const stored = read();
      return stored && (JSON.parse(stored.asked) as object);
    },
    /** From here on nobody knows, also when the page is left before the answer. */
    begin(input: object): Try {
      const asked = JSON.stringify(input);
      const before = read();
      const isRepeat = before?.asked === asked;
      const key = isRepeat ? before.key : newKey();
      writeTab(place, { asked, key, at: isRepeat ? before.at : now() } satisfies Stored);
      return {
        key,
        done: () => forgetTab(place),
        failed(error) {
          const verdict = verdictOf(error);
          // The server repeats its refusal to a key: the next try is another operation.
          if (verdict === 'REFUSED' || (verdict === 'DOOR' && !isRepeat)) forgetTab(place);
        },
      };
    },
  };
}

/** Unguessable. `crypto.randomUUID` is missing on pages that came without TLS. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
