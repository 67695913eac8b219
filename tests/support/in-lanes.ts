/** Told now and then, so that a run of a thousand races is not silent until its end. */
const TOLD_EVERY_MS = 30_000;

/**
 * Runs numbered rounds, so many at a time: each waits for itself alone, so that a thousand races last no longer than their work.
 * The first failure ends it, once the rounds under way have ended.
 */
export async function inLanes(
  rounds: number,
  lanes: number,
  work: (round: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  let toldAt = startedAt;
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < rounds) {
      try {
        await work(next++);
      } catch (error) {
        next = rounds;
        throw error;
      }
      done += 1;
      const now = performance.now();
      if (now - toldAt < TOLD_EVERY_MS) continue;
      toldAt = now;
      process.stdout.write(`${done} of ${rounds} rounds held, ${Math.round((now - startedAt) / 1000)} s\n`);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
