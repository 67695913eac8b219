import { beforeEach, expect, test, vi } from 'vitest';
import { operationOf } from './operation';

const refused = (appCode: string) => Object.assign(new Error(appCode), { data: { appCode } });
const LOST = new TypeError('Load failed');
const ASKED = { amountMinor: 300, reason: 'tpyo' };

// Outside of any browser nothing is kept but in memory.
beforeEach(() => operationOf('refund').begin({}).done());

test('a second try of what nobody answered has the same key, and is known as open until then', () => {
  const first = operationOf('refund').begin(ASKED);
  expect(operationOf('refund').unknown()).toEqual(ASKED);
  first.failed(LOST);
  expect(operationOf('refund').unknown()).toEqual(ASKED);
  const second = operationOf('refund').begin(ASKED);
  expect(second.key).toBe(first.key);
  second.done();
  expect(operationOf('refund').unknown()).toBe(null);
  expect(operationOf('refund').begin(ASKED).key).not.toBe(first.key);
});

test('a definite refusal ends it: the server repeats it to its key', () => {
  const first = operationOf('refund').begin(ASKED);
  first.failed(refused('PROCESSOR_REFUSED'));
  expect(operationOf('refund').unknown()).toBe(null);
  expect(operationOf('refund').begin(ASKED).key).not.toBe(first.key);
});

test('not being let in ends a first try, but says nothing of an earlier one', () => {
  operationOf('refund').begin(ASKED).failed(refused('TOKEN_EXPIRED'));
  expect(operationOf('refund').unknown()).toBe(null);
  const lost = operationOf('refund').begin(ASKED);
  lost.failed(LOST);
  operationOf('refund').begin(ASKED).failed(refused('RATE_LIMIT_EXCEEDED'));
  expect(operationOf('refund').unknown()).toEqual(ASKED);
  expect(operationOf('refund').begin(ASKED).key).toBe(lost.key);
});

test('something else is another operation, and so is another name', () => {
  const first = operationOf('refund').begin(ASKED);
  expect(operationOf('cancel').begin(ASKED).key).not.toBe(first.key);
  expect(operationOf('refund').begin({ ...ASKED, amountMinor: 400 }).key).not.toBe(first.key);
});

test('two days later it is another operation: the server does not keep keys for ever', () => {
  let nowMs = 0;
  const refund = operationOf('refund', () => nowMs);
  const { key } = refund.begin(ASKED);
  nowMs = 47 * 3_600_000;
  expect(refund.begin(ASKED).key).toBe(key);
  nowMs = 48 * 3_600_000;
  expect(refund.unknown()).toBe(null);
  expect(refund.begin(ASKED).key).not.toBe(key);
});

test('what the tab keeps outlasts a reload; one that throws is kept in memory', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
  vi.stubGlobal('window', { sessionStorage: storage });
  try {
    const { key } = operationOf('kept').begin(ASKED);
    expect([...kept.values()].join()).toContain(key);
    storage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    const other = operationOf('kept').begin({ amountMinor: 1 });
    expect(operationOf('kept').unknown()).toEqual({ amountMinor: 1 });
    other.done();
    expect(operationOf('kept').unknown()).toBe(null);
  } finally {
    vi.unstubAllGlobals();
  }
});
