/**
 * Runs numbered rounds, so many at a time: each waits for itself alone, so that a thousand races last no longer than their work.
 * The first failure ends it, once the rounds under way have ended.
 */
export async function inLanes(
  rounds: number,
  lanes: number,
  work: (round: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < rounds) {
      try {
        await work(next++);
      } catch (error) {
        next = rounds;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
