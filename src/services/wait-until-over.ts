import { setTimeout as pause } from 'node:timers/promises';

// What a second tap waits for is a call that is answered within a second, mostly.
const MAX_WAIT_MS = 3_000;
const POLL_MS = 50;

/** Another call with the same key is at it: its end is the answer to this one, too. Gives up after 3 s. */
export async function waitUntilOver(isOver: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + MAX_WAIT_MS;
  while (performance.now() < untilMs && !(await isOver())) await pause(POLL_MS);
}
