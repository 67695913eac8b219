import { expect, test } from 'vitest';
import { DomainError } from '@/domain/error';

test('a domain error carries its code, message and details and is an Error', () => {
  const error = new DomainError('CODE', 'For people.', { amountMinor: 5 });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message]).toEqual(['DomainError', 'CODE', 'For people.']);
  expect(error.details).toEqual({ amountMinor: 5 });
  expect(new DomainError('CODE', 'x').details).toBeUndefined();
});
