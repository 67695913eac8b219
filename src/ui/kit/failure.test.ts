import { expect, test } from 'vitest';
import { describe, verdictOf } from './failure';

const api = (data: object | undefined, message = 'As the server says.') =>
  Object.assign(new Error(message), { name: 'TRPCClientError', data });
const refusal = (appCode: string, message?: string) => api({ appCode, requestId: 'req-1' }, message);

test.each([
  'Failed to fetch',
  'NetworkError when attempting to fetch resource.',
  'Load failed',
  `Unexpected token '<'`,
])('no answer is known by its shape, whatever the browser says: %s', (message) => {
  const error = api(undefined, message);
  expect(verdictOf(error)).toBe('UNKNOWN');
  expect(describe(error)).toEqual({ message: 'The server cannot be reached.', requestId: null });
});

test.each([
  ['PROCESSOR_REFUSED', 'REFUSED'],
  ['REFUND_EXCEEDS_REMAINING', 'REFUSED'],
  ['DRAWER_NOT_OPEN', 'REFUSED'],
  ['TOKEN_EXPIRED', 'DOOR'],
  ['RATE_LIMIT_EXCEEDED', 'DOOR'],
  ['PROCESSOR_OUTCOME_UNKNOWN', 'UNKNOWN'],
  ['DATABASE_UNAVAILABLE', 'UNKNOWN'],
  ['INTERNAL', 'UNKNOWN'],
])('%s is %s', (code, verdict) => {
  expect(verdictOf(refusal(code))).toBe(verdict);
});

test('a refusal reads as the server says, with the id to quote; texts about keys are for programmers', () => {
  expect(describe(refusal('DRAWER_NOT_OPEN', 'Open it.'))).toEqual({
    message: 'Open it.',
    requestId: 'req-1',
  });
  for (const code of ['PROCESSOR_OUTCOME_UNKNOWN', 'CREATION_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED'])
    expect(describe(refusal(code, 'Repeat with the same key.')).message).not.toMatch(/\bkey\b/);
  expect(describe(api({ code: 'UNAUTHORIZED', appCode: 'TOKEN_EXPIRED' })).message).toBe(
    'Your session has ended.',
  );
  expect(describe(new Error('of the page itself')).message).toBe('of the page itself');
  expect(describe('thrown').message).toBe('Something went wrong.');
});
