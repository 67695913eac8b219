import { expect, it } from 'vitest';
import { NOTHING_HEARD, waitingOf, withEvent } from './live-rows';

const known = new Set(['shown']);
const hear = (heard: typeof NOTHING_HEARD, type: string, paymentId: string) =>
  withEvent(heard, { type, paymentId }, known);

it('only new payments wait to be shown, each once; what happens to an old one elsewhere is nothing new', () => {
  let heard = hear(NOTHING_HEARD, 'payment:completed', 'old');
  expect(waitingOf(heard, known).size).toBe(0);
  heard = hear(heard, 'payment:created', 'new');
  heard = hear(heard, 'payment:status_updated', 'new');
  heard = hear(heard, 'payment:created', 'new');
  expect([...waitingOf(heard, known)]).toEqual(['new']);
  expect(heard.fresh.size).toBe(0);
});

it('a new payment that has come onto the page waits no more', () => {
  const heard = hear(NOTHING_HEARD, 'payment:created', 'new');
  expect(waitingOf(heard, new Set(['shown', 'new'])).size).toBe(0);
});

it('a payment on the page is marked, never counted', () => {
  const heard = hear(NOTHING_HEARD, 'payment:created', 'shown');
  expect(waitingOf(heard, known).size).toBe(0);
  expect([...heard.fresh]).toEqual(['shown']);
});
