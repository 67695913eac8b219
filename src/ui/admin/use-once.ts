'use client';

import { useRef } from 'react';
import { useOperationKey } from './use-operation-key';

/**
 * Sends one operation once: the second click of two, or a second try after an answer that got lost, does nothing twice.
 * @param name names the operation and what it is about, e.g. `cancel.<id>`
 * @returns sends `input` with its idempotency key. Null: it is under way, or failed as the mutation's error says
 */
export function useOnce(name: string) {
  const operation = useOperationKey(name);
  const isSending = useRef(false);
  return async <Input extends object, Result>(
    input: Input,
    send: (input: Input & { idempotencyKey: string }) => Promise<Result>,
  ): Promise<{ result: Result } | null> => {
    // The second click of two comes before the button is drawn as busy.
    if (isSending.current) return null;
    isSending.current = true;
    try {
      const result = await send({ ...input, idempotencyKey: operation.keyFor(input) });
      operation.done();
      return { result };
    } catch {
      // The key is kept, so that trying again does nothing twice.
      return null;
    } finally {
      isSending.current = false;
    }
  };
}
