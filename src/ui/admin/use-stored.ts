'use client';

import { useEffect, useState } from 'react';

/** A choice of this person on this device. What is stored in a shape that is no longer known is forgotten. */
export function useStored<Value>(
  name: string,
  fallback: Value,
  isValid: (stored: unknown) => stored is Value,
): readonly [Value, (next: Value) => void] {
  const [value, setValue] = useState(fallback);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once; the check is a constant of its caller
  useEffect(() => {
    const stored = readStored(name);
    if (isValid(stored)) setValue(stored);
  }, [name]);
  return [
    value,
    (next) => {
      setValue(next);
      try {
        window.localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // A browser that keeps nothing shows its defaults again.
      }
    },
  ];
}

function readStored(name: string): unknown {
  try {
    return JSON.parse(window.localStorage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}
