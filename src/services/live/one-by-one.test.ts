import { expect, test } from 'vitest';
import { oneByOne } from './one-by-one';

/** Portions of numbers, and what happened in which order: holds, flushes and what was handed out. */
function handOut(portions: readonly (readonly number[])[]) {
  const log: string[] = [];
  const state = { isLeaving: false, isOver: false };
  async function* source() {
    try {
      for (const portion of portions) yield portion;
    } finally {
      state.isOver = true;
    }
  }
  const link = {
    hold: () => void log.push('hold'),
    flush: () => void log.push('flush'),
    isLeaving: () => state.isLeaving,
  };
  const items = oneByOne(source(), link, (n) => `<${n}>`);
  return { items, log, state };
}

test('each item comes once and in order; a portion is held until the next one is asked for', async () => {
  const { items, log, state } = handOut([[1, 2], [], [3]]);
  for await (const item of items) log.push(item);
  expect(log).toEqual(['flush', 'hold', '<1>', '<2>', 'flush', 'hold', '<3>', 'flush']);
  expect(state.isOver).toBe(true);
});

test('whoever stops early lets go what is held, and ends the source', async () => {
  const { items, log, state } = handOut([[1, 2]]);
  for await (const item of items) {
    log.push(item);
    break;
  }
  expect(log).toEqual(['flush', 'hold', '<1>', 'flush']);
  expect(state.isOver).toBe(true);
});

test('once the node leaves, the rest of a portion is not handed out', async () => {
  const { items, log, state } = handOut([[1, 2, 3]]);
  expect(await items.next()).toEqual({ value: '<1>', done: false });
  state.isLeaving = true;
  expect(await items.next()).toEqual({ value: undefined, done: true });
  expect(log).toEqual(['flush', 'hold', 'flush']);
});

test('what the source throws reaches who asks, with nothing held', async () => {
  const log: string[] = [];
  async function* source() {
    yield [1];
    throw new Error('refused');
  }
  const link = {
    hold: () => void log.push('hold'),
    flush: () => void log.push('flush'),
    isLeaving: () => false,
  };
  const items = oneByOne(source(), link, (n) => n);
  await items.next();
  await expect(items.next()).rejects.toThrow('refused');
  expect(log.at(-1)).toBe('flush');
});
