import { expect, test } from 'vitest';
import { list } from './json-list';
import { runLanes } from './lanes';
import type { Statement } from './sql';
import type { Tx } from './transaction';

const lists: Statement = { name: 'lists', text: '', takesLists: true };
const other: Statement = { name: 'other', text: '', takesLists: true };
const single: Statement = { name: 'single', text: '' };

/** A transaction that notes what is sent and answers it with its own parameters. */
function recordingTx(failing?: string) {
  const sent: [string, unknown[]][] = [];
  const query = async ({ name }: Statement, values: unknown[]) => {
    sent.push([name, values]);
    if (name === failing) throw new Error(`${name} failed`);
    return [{ values }];
  };
  return { sent, tx: { query, afterCommit: () => undefined } as unknown as Tx };
}

test('statements that take lists go as one, their lists joined; others go by themselves', async () => {
  const { sent, tx } = recordingTx();
  await runLanes(
    tx,
    [1, 2, 3].map((i) => async (laneTx) => {
      await Promise.all([laneTx.query(lists, [list({ i }), list()]), laneTx.query(single, [i])]);
    }),
  );
  expect(sent).toEqual([
    ['lists', ['[{"i":1},{"i":2},{"i":3}]', '[]']],
    ['single', [1]],
    ['single', [2]],
    ['single', [3]],
  ]);
});

test('each lane sends in its own order, however different the lanes are', async () => {
  const { sent, tx } = recordingTx();
  await runLanes(tx, [
    async (laneTx) => {
      await Promise.all([laneTx.query(lists, [list({ a: 1 })]), laneTx.query(other, [list({ a: 2 })])]);
    },
    async (laneTx) => {
      await Promise.all([laneTx.query(other, [list({ b: 1 })]), laneTx.query(lists, [list({ b: 2 })])]);
    },
  ]);
  const names = sent.map(([name, values]) => [name, String(values[0])] as const);
  const at = (text: string) => names.findIndex(([, value]) => value.includes(text));
  expect(at('"a":1')).toBeLessThan(at('"a":2'));
  expect(at('"b":1')).toBeLessThan(at('"b":2'));
});

test('the answer to joined lists goes to every lane, and the lanes go on side by side', async () => {
  const { sent, tx } = recordingTx();
  const answers = await runLanes(
    tx,
    [1, 2].map((i) => async (laneTx) => {
      await laneTx.query(lists, [list({ i })]);
      return laneTx.query(other, [list({ i })]);
    }),
  );
  expect(sent.map(([name]) => name)).toEqual(['lists', 'other']);
  expect(answers).toEqual([[{ values: ['[{"i":1},{"i":2}]'] }], [{ values: ['[{"i":1},{"i":2}]'] }]]);
});

test('when a statement fails, every lane that shares it fails, and the error comes out once all have ended', async () => {
  const { tx } = recordingTx('other');
  let ended = 0;
  const work = runLanes(
    tx,
    [1, 2].map((i) => async (laneTx: Tx) => {
      try {
        await laneTx.query(lists, [list({ i })]);
        if (i === 1) await laneTx.query(other, [list({ i })]);
        else await laneTx.query(single, [i]);
      } finally {
        ended++;
      }
    }),
  );
  await expect(work).rejects.toThrow('other failed');
  expect(ended).toBe(2);
});

test('a lane that throws by itself lets the others end first', async () => {
  const { sent, tx } = recordingTx();
  const work = runLanes(tx, [
    () => Promise.reject(new Error('decided against')),
    async (laneTx) => {
      await laneTx.query(lists, [list({ i: 2 })]);
      await laneTx.query(single, [2]);
    },
  ]);
  await expect(work).rejects.toThrow('decided against');
  expect(sent.map(([name]) => name)).toEqual(['lists', 'single']);
});

test('a savepoint of one lane would undo the others too: refused', async () => {
  const { tx } = recordingTx();
  await expect(runLanes(tx, [(laneTx) => laneTx.savepoint(async () => 1)])).rejects.toThrow('alone');
});
