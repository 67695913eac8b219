import type { Checkpoint } from '@/services/checkpoints';

/** Whoever passes the point waits there until it is let go. */
export interface Hold {
  /** Resolves once somebody waits there. */
  reached: Promise<void>;
  release(): void;
}

/** The checkpoints of an app, at which a test may hold the next one who passes: an order of events without timing. */
export function heldCheckpoints() {
  const waiting = new Map<Checkpoint, () => Promise<void>>();
  return {
    checkpoint: async (name: Checkpoint): Promise<void> => {
      const wait = waiting.get(name);
      waiting.delete(name);
      await wait?.();
    },
    holdNextAt: (name: Checkpoint): Hold => {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const reached = new Promise<void>((resolve) => {
        waiting.set(name, () => {
          resolve();
          return released;
        });
      });
      return { reached, release };
    },
  };
}
