/** Probes and scrapes ask often, and must neither load what they look at nor hang with it. */

/** @returns what `read` gives; rejects when it fails or takes longer than `limitMs`. It may go on by itself then. */
export async function withinLimit<T>(limitMs: number, read: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([read(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same as `read`, but all who ask while it runs, and until `reuseMs` after it, share one answer. */
export function shared<T>(reuseMs: number, read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let freshUntilMs = 0;
  return () => {
    if (running === undefined || performance.now() > freshUntilMs) {
      freshUntilMs = Number.POSITIVE_INFINITY;
      running = read().finally(() => {
        freshUntilMs = performance.now() + reuseMs;
      });
    }
    return running;
  };
}
