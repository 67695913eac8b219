import { expect, it } from 'vitest';
import { coalesce } from './coalesce';

/** Runs that end when they are told to. */
function controlled() {
  const open: { end(): void; fail(): void }[] = [];
  let begun = 0;
  const run = () => {
    begun += 1;
    return new Promise<void>((end, fail) => open.push({ end, fail: () => fail(new Error('away')) }));
  };
  return { run, open, begun: () => begun };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('however often it is called for, one run is under way and one waits; none is cut off', async () => {
  const { run, open, begun } = controlled();
  const refresh = coalesce(run);
  for (let n = 0; n < 100; n++) refresh();
  expect(begun()).toBe(1);
  open[0]?.end();
  await turn();
  expect(begun()).toBe(2);
  open[1]?.end();
  await turn();
  expect(begun()).toBe(2);
  refresh();
  expect(begun()).toBe(3);
});

it('a call during a run is answered by one that starts after it', async () => {
  const { run, open, begun } = controlled();
  const refresh = coalesce(run);
  refresh();
  refresh();
  await turn();
  expect(begun()).toBe(1);
  open[0]?.end();
  await turn();
  expect(begun()).toBe(2);
});

it('a run that fails stops none that follow', async () => {
  const { run, open, begun } = controlled();
  const refresh = coalesce(run);
  refresh();
  refresh();
  open[0]?.fail();
  await turn();
  expect(begun()).toBe(2);
  open[1]?.fail();
  await turn();
  refresh();
  expect(begun()).toBe(3);
});
