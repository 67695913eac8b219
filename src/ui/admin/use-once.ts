'use client';

import { useRef, useState } from 'react';
import { verdictOf } from '@/ui/kit/failure';
import { operationOf } from './operation';

/**
 * Sends one operation once: the second click of two, or a second try after an answer that got lost, does nothing twice.
 * @param name names the operation and what it is about, e.g. `cancel.<id>`
 * @param onRefused called when the server has decided against it, so that what the page shows may be old
 */
export function useOnce(name: string, onRefused?: () => void) {
  const [operation] = useState(() => operationOf(name));
  const [unknown, setUnknown] = useState(operation.unknown);
  const isSending = useRef(false);
  return {
    /** What was sent while nobody knows whether it was done, also before a reload of the page. */
    unknown,
    /** Sends `input` with its idempotency key. Null: it is under way, or failed as the mutation's error says. */
    async send<Input extends object, Result>(
      input: Input,
      send: (input: Input & { idempotencyKey: string }) => Promise<Result>,
    ): Promise<{ result: Result } | null> {
      // The second click of two comes before the button is drawn as busy.
      if (isSending.current) return null;
      const tried = operation.begin(input);
      isSending.current = true;
      try {
        const result = await send({ ...input, idempotencyKey: tried.key });
        tried.done();
        return { result };
      } catch (error) {
        tried.failed(error);
        if (verdictOf(error) === 'REFUSED') onRefused?.();
        return null;
      } finally {
        isSending.current = false;
        setUnknown(operation.unknown());
      }
    },
  };
}
