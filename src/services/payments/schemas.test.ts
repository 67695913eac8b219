import { expect, it } from 'vitest';
import { listPaymentsInput } from './schemas';

it.each([
  new Date(-8.64e15),
  new Date(8.64e15),
  new Date('1969-12-31T23:59:59.999Z'),
  new Date('3000-01-01'),
])('a filter by the date %j is refused before the database has to', (date) => {
  expect(listPaymentsInput.safeParse({ createdFrom: date }).success).toBe(false);
  expect(listPaymentsInput.safeParse({ createdTo: date }).success).toBe(false);
});

it('a filter by any date from 1970 to 2999 is taken', () => {
  const createdFrom = new Date('1970-01-01');
  const createdTo = new Date('2999-12-31T23:59:59.999Z');
  expect(listPaymentsInput.parse({ createdFrom, createdTo })).toMatchObject({ createdFrom, createdTo });
});
