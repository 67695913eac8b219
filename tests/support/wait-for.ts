import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 10;

/**
 * Asks `read` again and again until it answers something truthy, and returns that. Fails with what it waited for after
 * `timeoutMs`, or at once when `read` throws. The limit is for a wait in vain, on a busy machine too: it is no promise of speed.
 */
export async function waitFor<T>(
  what: string,
  read: () => Promise<T> | T,
  timeoutMs = 45_000,
): Promise<Exclude<T, null | undefined | false>> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value) return value as Exclude<T, null | undefined | false>;
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await pause(POLL_MS);
  }
}
