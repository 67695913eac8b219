import { Client, type Pool, type QueryConfig } from 'pg';

/** Statements sent without waiting for one another. */
type Flush = (string | QueryConfig)[];
/** Everything one transaction sent, in flushes: the next is sent when all answers to the last are there. */
export type Recording = readonly Flush[];

/**
 * Runs `work` and notes every transaction that it sends over pg, texts, names and values: the floor then replays what the
 * service really does, and cannot fall behind it. Works on the prototype, so on every connection of this process.
 */
export async function recordTransactions(work: () => Promise<void>): Promise<Recording[]> {
  const recordings: Recording[] = [];
  const open = new WeakMap<Client, { flushes: Flush[]; unanswered: number }>();
  const original = Client.prototype.query;

  function recorded(this: Client, ...args: unknown[]): unknown {
    const statement = args[0] as string | QueryConfig;
    const text = typeof statement === 'string' ? statement : statement.text;
    if (text.startsWith('BEGIN')) open.set(this, { flushes: [], unanswered: 0 });
    const state = open.get(this);
    const result: unknown = Reflect.apply(original, this, args);
    if (!state) return result;
    if (state.unanswered === 0) state.flushes.push([]);
    state.flushes.at(-1)?.push(typeof statement === 'string' ? statement : { ...statement });
    state.unanswered++;
    const answered = () => {
      state.unanswered--;
    };
    void Promise.resolve(result).then(answered, answered);
    if (text === 'COMMIT') {
      open.delete(this);
      recordings.push(state.flushes);
    }
    return result;
  }

  Object.defineProperty(Client.prototype, 'query', { value: recorded, configurable: true, writable: true });
  try {
    await work();
  } finally {
    Object.defineProperty(Client.prototype, 'query', { value: original, configurable: true, writable: true });
  }
  return recordings;
}

/** Sends the recordings again, over all connections of the pool at once. Returns how long it took, in milliseconds. */
export async function replay(pool: Pool, recordings: readonly Recording[]): Promise<number> {
  const clients = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
  let next = 0;
  const startedMs = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let recording = recordings[next++]; recording; recording = recordings[next++]) {
        for (const flush of recording) await Promise.all(flush.map((statement) => client.query(statement)));
      }
    }),
  );
  const tookMs = performance.now() - startedMs;
  for (const client of clients) client.release();
  return tookMs;
}
