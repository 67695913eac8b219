import type { WatchLink } from './watch';

/**
 * Hands out portions one by one, as tRPC sends them, and lets the socket hold them until the portion is through. Not a
 * generator: each message to each subscriber passes here, and a generator's promises cost more than the message.
 * What is left of a portion when the node leaves is not sent.
 */
export function oneByOne<Item, Message>(
  portions: AsyncGenerator<readonly Item[], void, void>,
  link: Pick<WatchLink, 'hold' | 'flush' | 'isLeaving'>,
  messageOf: (item: Item) => Message,
): AsyncIterableIterator<Message, void, void> {
  let rest: Iterator<Item, undefined> = [][Symbol.iterator]();
  const nextPortion = async (): Promise<IteratorResult<Message, void>> => {
    link.flush();
    for (;;) {
      const { value: portion, done } = await portions.next();
      if (done) return { value: undefined, done };
      rest = portion[Symbol.iterator]();
      const first = rest.next();
      if (first.done) continue;
      link.hold();
      return { value: messageOf(first.value), done: false };
    }
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const { value, done } = link.isLeaving() ? LEFT : rest.next();
      return done ? nextPortion() : Promise.resolve({ value: messageOf(value), done: false });
    },
    async return() {
      link.flush();
      await portions.return();
      return { value: undefined, done: true };
    },
  };
}

const LEFT = { value: undefined, done: true } as const;
