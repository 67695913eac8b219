import { expect, test } from 'vitest';
import { gatherCalls } from './gather-calls';

/** Runs that end when told to, and what each was given. */
function stage(limits = { maxItems: 3, maxRunning: 1 }) {
  const runs: { items: readonly number[]; end(results?: readonly PromiseSettledResult<string>[]): void }[] =
    [];
  const call = gatherCalls<number, string>(
    (items) =>
      new Promise((resolve) => {
        const done = items.map((item) => ({ status: 'fulfilled' as const, value: `done ${item}` }));
        runs.push({ items, end: (results = done) => resolve(results) });
      }),
    limits,
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { runs, call, turn, given: () => runs.map(({ items }) => items) };
}

test('an item that comes alone goes alone, at once', async () => {
  const { call, runs, turn } = stage();
  const answer = call(1);
  await turn();
  expect(runs.map(({ items }) => items)).toEqual([[1]]);
  runs[0]?.end();
  expect(await answer).toBe('done 1');
});

test('what comes in one turn goes together, at most so many; what comes meanwhile goes next, in order', async () => {
  const { call, runs, turn, given } = stage();
  const answers = [1, 2, 3, 4].map(call);
  await turn();
  expect(given()).toEqual([[1, 2, 3]]);
  answers.push(call(5));
  await turn();
  expect(given()).toEqual([[1, 2, 3]]);
  runs[0]?.end();
  await answers[0];
  await turn();
  expect(given()).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
  runs[1]?.end();
  expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5].map((item) => `done ${item}`));
});

test('a run that takes long does not hold up the others', async () => {
  const { call, runs, turn, given } = stage({ maxItems: 3, maxRunning: 2 });
  const slow = call(1);
  await turn();
  const quick = call(2);
  await turn();
  expect(given()).toEqual([[1], [2]]);
  runs[1]?.end();
  expect(await quick).toBe('done 2');
  runs[0]?.end();
  await slow;
});

test('each item has its own end: one that fails fails its caller alone', async () => {
  const { call, runs, turn } = stage();
  const answers = Promise.allSettled([call(1), call(2)]);
  await turn();
  const reason = new Error('no');
  runs[0]?.end([
    { status: 'rejected', reason },
    { status: 'fulfilled', value: 'done 2' },
  ]);
  expect(await answers).toEqual([
    { status: 'rejected', reason },
    { status: 'fulfilled', value: 'done 2' },
  ]);
});

test('a run that throws fails all of its items, and the next still runs', async () => {
  let runs = 0;
  const call = gatherCalls<number, number>(
    async (items) => {
      if (++runs === 1) throw new Error('broken');
      return items.map((value) => ({ status: 'fulfilled', value }));
    },
    { maxItems: 1, maxRunning: 1 },
  );
  const [first, second] = await Promise.allSettled([call(1), call(2)]);
  expect(first).toMatchObject({ status: 'rejected' });
  expect(second).toEqual({ status: 'fulfilled', value: 2 });
});
