/**
 * Works on things that this node has taken, one at a time; a failure of one never stops the others. Once the signal says
 * stop, the running one is finished and the untouched rest is handed back, so that another node need not wait for a lease.
 */
export async function inTurn<Item>(
  items: readonly Item[],
  how: {
    signal: AbortSignal | undefined;
    work(item: Item): Promise<void>;
    onError(item: Item, error: unknown): void;
    handBack(rest: readonly Item[]): Promise<unknown>;
  },
): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (how.signal?.aborted) {
      await how.handBack(items.slice(index));
      return;
    }
    try {
      await how.work(item);
    } catch (error) {
      how.onError(item, error);
    }
  }
}
