import { setTimeout as pause } from 'node:timers/promises';
import { StepFailed } from './expect';

const POLL_MS = 15;
const LIMIT_MS = 10_000;

/** Asks until `read` answers something other than null, and returns that. Fails the step with `what` when time is up. */
export async function waitFor<T>(
  what: string,
  read: () => Promise<T | null>,
  limitMs = LIMIT_MS,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const value = await read();
    if (value !== null) return value;
    if (performance.now() > endMs) throw new StepFailed(`waited ${limitMs / 1_000} s in vain: ${what}`);
    await pause(POLL_MS);
  }
}
