import { expect, test } from 'vitest';
import { intentAmountKey, intentCreateKey, refundCreateKey } from '../processor-keys';
import { type CausedEvent, type LoggedCall, type StoredCall, tellCalls } from './trace-calls';

const ID = '0198c0de-0000-7000-8000-000000000001';
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 10, 0, second));
const logged = (second: number, more: Partial<LoggedCall> = {}): LoggedCall => ({
  id: `c${second}`,
  operation: 'intent.create',
  key: intentCreateKey(ID),
  outcome: 'OK',
  error: null,
  durationMs: 80,
  at: at(second),
  objectId: null,
  ...more,
});
const asked = (second: number, more: Partial<LoggedCall> = {}) =>
  logged(second, { operation: 'intent.retrieve', key: null, objectId: 'pi_1', ...more });
const stored = (second: number, more: Partial<StoredCall> = {}): StoredCall => ({
  key: intentCreateKey(ID),
  outcome: 'OK',
  objectId: 'pi_1',
  error: null,
  at: at(second),
  ...more,
});
const event = (second: number, more: Partial<CausedEvent> = {}): CausedEvent => ({
  requestKey: intentCreateKey(ID),
  requestId: `req_${second}`,
  objectId: 'pi_1',
  createdAt: at(second),
  receivedAt: at(second + 1),
  ...more,
});
const short = (calls: ReturnType<typeof tellCalls>) =>
  calls.map(({ call, outcome, times, at: when }) => `${call} ${outcome} x${times} :${when.slice(17, 19)}`);

test('a logged call has its own time and duration, and from row and event what they alone know', () => {
  expect(tellCalls([logged(2)], [stored(1)], [event(5), event(3)])).toEqual([
    {
      id: 'c2',
      key: intentCreateKey(ID),
      call: 'CREATE_INTENT',
      at: at(2).toISOString(),
      outcome: 'OK',
      durationMs: 80,
      times: 1,
      objectId: 'pi_1',
      requestId: 'req_3',
      error: null,
    },
  ]);
});

test('each attempt with a key is told; the last one had the effect', () => {
  const first = logged(2, { outcome: 'UNKNOWN', error: 'processor_no_answer' });
  const calls = tellCalls([logged(9), first], [stored(1)], [event(3)]);
  expect(short(calls)).toEqual(['CREATE_INTENT OK x1 :09', 'CREATE_INTENT UNKNOWN x1 :02']);
  expect(calls.map(({ requestId, error }) => [requestId, error])).toEqual([
    ['req_3', null],
    [null, 'processor_no_answer'],
  ]);
});

test('what the log has lost, rows and events still tell', () => {
  const refund = refundCreateKey(ID);
  const change = intentAmountKey(ID, 2700, 1);
  const rows = [stored(1), stored(6, { key: refund, outcome: 'UNDER_WAY', objectId: null })];
  const calls = tellCalls([], rows, [event(8, { requestKey: change })]);
  expect(short(calls)).toEqual([
    'CHANGE_AMOUNT OK x1 :08',
    'CREATE_REFUND UNDER_WAY x1 :06',
    'CREATE_INTENT OK x1 :01',
  ]);
  expect(calls.map(({ id, durationMs }) => [id, durationMs])).toEqual([
    [change, null],
    [refund, null],
    [intentCreateKey(ID), null],
  ]);
});

test('asking the same again and again is told once while it is answered, and each time when it is not', () => {
  const calls = tellCalls(
    [
      asked(9),
      asked(8),
      asked(7, { outcome: 'UNKNOWN', error: 'processor_no_answer' }),
      asked(6, { outcome: 'UNKNOWN', error: 'processor_no_answer' }),
      asked(5),
      asked(4, { operation: 'charge.retrieve' }),
      asked(3),
      logged(1),
    ],
    [],
    [],
  );
  expect(short(calls)).toEqual([
    'RETRIEVE_INTENT OK x2 :09',
    'RETRIEVE_INTENT UNKNOWN x1 :07',
    'RETRIEVE_INTENT UNKNOWN x1 :06',
    'RETRIEVE_INTENT OK x1 :05',
    'RETRIEVE_CHARGE OK x1 :04',
    'RETRIEVE_INTENT OK x1 :03',
    'CREATE_INTENT OK x1 :01',
  ]);
});

test('an update is called by what it was for; a browser’s key and an unknown operation are not ours to tell', () => {
  const update = (key: string) => logged(3, { operation: 'intent.update', key });
  const calls = [
    ...tellCalls([update(intentAmountKey(ID, 1, 1))], [], []),
    ...tellCalls([update(`payment:${ID}:confirm:c:1:customer`)], [], []),
    ...tellCalls([logged(3, { operation: 'of-tomorrow' })], [], [event(3, { requestKey: 'of-a-browser' })]),
  ];
  expect(calls.map(({ call }) => call)).toEqual(['CHANGE_AMOUNT', 'UPDATE_INTENT']);
});
