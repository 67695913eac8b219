import type { HeldEvents } from '@/services/live/read-outbox';
import type { Logger } from '@/services/ports';

const REPEAT_MS = 60_000;

/** Tells when one long transaction holds the stream of live events, and when it flows again (decision 28). */
export function createAlarm(parts: { lagAlertMs: number; log: Logger; observeLag(lagMs: number): void }) {
  let toldAtMs: number | null = null;
  return {
    /** What waits now; null: nothing does. */
    look(held: HeldEvents | null): void {
      const lagMs = Math.max(0, held?.heldMs ?? 0);
      parts.observeLag(lagMs);
      if (held === null || lagMs < parts.lagAlertMs) {
        if (toldAtMs !== null) parts.log.info({}, 'live events flow again');
        toldAtMs = null;
        return;
      }
      if (toldAtMs !== null && performance.now() - toldAtMs < REPEAT_MS) return;
      toldAtMs = performance.now();
      parts.log.error(
        { lagMs, pid: held.holderPid, application: held.holderName },
        'live events wait for a transaction that is still running: find out why it takes so long, or end it',
      );
    },
  };
}
