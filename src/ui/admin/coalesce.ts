/**
 * Starts `run` at once, or right after the one that is under way: at most one runs and one waits. So under steady calls each run
 * comes to its end, and whatever is called for during one is in the next. Errors are `run`'s own to tell.
 */
export function coalesce(run: () => Promise<unknown>): () => void {
  let isRunning = false;
  let isWanted = false;
  const next = async () => {
    isRunning = true;
    do {
      isWanted = false;
      await run().catch(() => undefined);
    } while (isWanted);
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void next();
  };
}
