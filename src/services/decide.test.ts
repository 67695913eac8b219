import { expect, test } from 'vitest';
import { DomainError } from '@/domain/error';
import { decide } from './decide';
import { ServiceError } from './errors';

function thrownBy(error: unknown): unknown {
  try {
    decide(() => {
      throw error;
    });
  } catch (thrown) {
    return thrown;
  }
  return 'nothing';
}

test('what a rule answers is handed on', () => {
  expect(decide(() => 7)).toBe(7);
});

test('a refusal of the domain becomes one of the service, with its code, words and details', () => {
  const thrown = thrownBy(new DomainError('BALANCE_HELD', 'Wait.', { dueMinor: 5 }));
  expect(thrown).toBeInstanceOf(ServiceError);
  expect(thrown).toMatchObject({ code: 'BALANCE_HELD', message: 'Wait.', details: { dueMinor: 5 } });
});

test.each([
  new DomainError('LEDGER_UNBALANCED', 'x'),
  new DomainError('AMOUNT_INVALID', 'x'),
  new Error('a bug'),
])('%s stays as it is', (error) => {
  expect(thrownBy(error)).toBe(error);
});
