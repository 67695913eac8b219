import { expect, it } from 'vitest';
import { requestIdOf } from './request-id';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

it("keeps a caller's harmless id, so that one request can be followed over several services", () => {
  expect(requestIdOf('req-2026.11_23-abc')).toBe('req-2026.11_23-abc');
});

it.each([
  ['none', null],
  ['an empty one', ''],
  ['a short one', 'abc'],
  ['one longer than an audit row takes', 'a'.repeat(65)],
  ['one that breaks a log line', 'abcdefgh\nforged'],
  ['one with markup', '<script>alert(1)</script>'],
])('makes a new id for %s', (_name, header) => {
  expect(requestIdOf(header)).toMatch(UUID);
});
