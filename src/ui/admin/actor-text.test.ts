import { expect, test } from 'vitest';
import { actorText, askedByText } from './actor-text';

test.each([
  ['user:u1', 'Ada Lovelace', 'Ada Lovelace'],
  ['user:u:1', null, 'u:1'],
  ['system:stripe', null, 'Stripe'],
  ['system:recovery', null, 'Tabsy'],
  ['service:platform', null, 'The platform'],
  ['guest:0198c0de-0000-7000-8000-000000000001', null, 'Guest 0198c0de'],
  ['anonymous', null, 'anonymous'],
])('%s (%s) reads %s', (actor, name, text) => {
  expect(actorText(actor, name)).toBe(text);
});

test('a refund was asked for by somebody here, or made at Stripe', () => {
  expect(askedByText({ requestedBy: 'user:u1', requestedByName: 'Ada Lovelace' })).toBe('Ada Lovelace');
  expect(askedByText({ requestedBy: 'user:u1', requestedByName: null })).toBe('u1');
  expect(askedByText({ requestedBy: null, requestedByName: null })).toBe('Stripe dashboard');
});
