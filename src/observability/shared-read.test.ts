import { expect, it } from 'vitest';
import { shared, withinLimit } from './shared-read';

it('a read that does not come back is given up', async () => {
  await expect(withinLimit(1, () => new Promise(() => undefined))).rejects.toThrow('no answer within 1 ms');
});

it('a read in time is answered, and its failure told', async () => {
  expect(await withinLimit(60_000, async () => 7)).toBe(7);
  await expect(withinLimit(60_000, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
});

it('those who ask while it runs get the same answer, later ones a new one', async () => {
  let reads = 0;
  const finish: (() => void)[] = [];
  const read = shared(0, () => {
    reads += 1;
    const answer = reads;
    return new Promise<number>((resolve) => finish.push(() => resolve(answer)));
  });
  const first = [read(), read()];
  finish[0]?.();
  expect(await Promise.all(first)).toEqual([1, 1]);
  const startedMs = performance.now();
  while (performance.now() === startedMs);
  const second = read();
  finish[1]?.();
  expect(await second).toBe(2);
});

it('an answer is used again for its time', async () => {
  let reads = 0;
  const read = shared(60_000, async () => ++reads);
  expect([await read(), await read()]).toEqual([1, 1]);
});
