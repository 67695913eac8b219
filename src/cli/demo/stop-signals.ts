import { once } from 'node:events';
import { say } from './terminal';

/** How the person at the terminal, or whoever started us, ends the demo. */
export interface StopSignals {
  /** Aborted by the first signal: stop in good order. */
  signal: AbortSignal;
  aborted: Promise<unknown>;
  /** What a second, later signal does before the process ends at once. */
  onForce(act: () => void): void;
}

/** One Ctrl-C can arrive several times: from the terminal, from npm and from tsx. */
const SAME_PRESS_MS = 1_500;

export function watchSignals(): StopSignals {
  const controller = new AbortController();
  const { signal } = controller;
  let force: (() => void) | null = null;
  let firstMs = 0;

  const onSignal = () => {
    if (!signal.aborted) {
      firstMs = performance.now();
      say('\nstopping; repeat to force');
      controller.abort();
    } else if (performance.now() - firstMs > SAME_PRESS_MS) {
      force?.();
      process.exit(1);
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return {
    signal,
    aborted: once(signal, 'abort'),
    onForce: (act) => {
      force = act;
    },
  };
}
