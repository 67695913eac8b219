import { joinLists } from './json-list';
import { type Statement, sqlOf } from './sql';
import type { Tx } from './transaction';

type Call = {
  statement: Statement;
  values: unknown[];
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
};

/**
 * Runs several pieces of work side by side in one transaction. Each sends its statements in its own order; those that take
 * lists travel as one when several pieces are about to send the same. So the pieces read like ordinary code, and ten of
 * them cost little more than one. They must not touch the same rows: within a transaction no lock stands between them.
 * When one fails, the others end first, then its error is thrown and the transaction is lost.
 */
export async function runLanes<T>(tx: Tx, lanes: readonly ((tx: Tx) => Promise<T>)[]): Promise<T[]> {
  const queues: Call[][] = lanes.map(() => []);
  let isDue = false;

  function send(): void {
    isDue = false;
    for (let calls = takeNext(queues); calls !== null; calls = takeNext(queues)) void answer(tx, calls);
  }

  function laneTx(queue: Call[]): Tx {
    const query = (statement: Statement, values: unknown[]) =>
      new Promise<unknown[]>((resolve, reject) => {
        queue.push({ statement, values, resolve, reject });
        if (isDue) return;
        isDue = true;
        // After the promises that are settled now: what the other lanes send belongs to the same turn.
        process.nextTick(send);
      });
    return {
      ...sqlOf(query as Tx['query']),
      savepoint: () => Promise.reject(new Error('a lane cannot undo its part alone')),
      afterCommit: (fn) => tx.afterCommit(fn),
    };
  }

  const ends = await Promise.allSettled(queues.map((queue, i) => lanes[i]?.(laneTx(queue)) as Promise<T>));
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** The first call that waits, with those of the other lanes whose next one can go with it. */
function takeNext(queues: readonly Call[][]): Call[] | null {
  const first = queues.find((queue) => queue.length > 0)?.[0];
  if (first === undefined) return null;
  const { statement } = first;
  const calls: Call[] = [];
  for (const queue of queues) {
    const next = queue[0];
    const isWith = next === first || (statement.takesLists && next?.statement.name === statement.name);
    if (next === undefined || !isWith) continue;
    queue.shift();
    calls.push(next);
  }
  return calls;
}

async function answer(tx: Tx, calls: readonly Call[]): Promise<void> {
  const [first] = calls;
  if (first === undefined) return;
  const values =
    calls.length === 1
      ? first.values
      : first.values.map((_, i) => joinLists(calls.map((call) => String(call.values[i]))));
  try {
    const rows = await tx.query(first.statement, values);
    for (const call of calls) call.resolve(rows);
  } catch (error) {
    for (const call of calls) call.reject(error);
  }
}
