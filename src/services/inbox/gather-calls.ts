type Waiting<Item, Result> = {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
};

/**
 * A function of one item, done by a function of many: what comes in one turn of the event loop, or while `maxRunning` runs
 * are under way, goes together, at most `maxItems` at a time. Nobody waits for company: an item that comes alone goes alone.
 */
export function gatherCalls<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>,
  { maxItems, maxRunning }: { maxItems: number; maxRunning: number },
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let running = 0;
  let isDue = false;

  async function take(calls: readonly Waiting<Item, Result>[]): Promise<void> {
    running++;
    try {
      const results = await run(calls.map(({ item }) => item));
      calls.forEach(({ resolve, reject }, i) => {
        const result = results[i];
        if (result?.status === 'fulfilled') resolve(result.value);
        else reject(result?.reason);
      });
    } catch (error) {
      for (const { reject } of calls) reject(error);
    } finally {
      running--;
      start();
    }
  }

  function start(): void {
    isDue = false;
    while (running < maxRunning && waiting.length > 0) void take(waiting.splice(0, maxItems));
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isDue) return;
      isDue = true;
      setImmediate(start);
    });
}
