'use client';

import { useState } from 'react';

/**
 * The idempotency key of one operation of a dialog, kept over retries: a double click, or a second try after an answer
 * that got lost, does nothing twice. It is also kept over a reload of the page, until the operation is done. A change of
 * what is asked for (`input`) is another operation.
 */
export function useOperationKey(name: string): { keyFor(input: object): string; done(): void } {
  const [storageKey] = useState(`tabsy.operation.${name}`);
  return {
    keyFor(input) {
      const asked = JSON.stringify(input);
      const stored = read(storageKey);
      if (stored?.asked === asked) return stored.key;
      const key = crypto.randomUUID();
      window.sessionStorage.setItem(storageKey, JSON.stringify({ asked, key }));
      return key;
    },
    done: () => window.sessionStorage.removeItem(storageKey),
  };
}

function read(storageKey: string): { asked: string; key: string } | null {
  try {
    return JSON.parse(window.sessionStorage.getItem(storageKey) ?? 'null');
  } catch {
    return null;
  }
}
