import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/**
 * The bugs that users of such systems report, and what the requirements' snippets do when run literally, each with
 * the test that keeps it out: a file and words of its title. A test that is renamed or removed is missed here.
 */
const BUGS: Record<string, readonly [file: string, title: string]> = {
  'two concurrent 60 refunds on 100 both succeed': [
    'integration/refunds/reported-bugs',
    'two concurrent 60 refunds on 100: one succeeds',
  ],
  'redelivered webhook refunds twice': [
    'integration/refunds/reported-bugs',
    'redelivered webhook refunds twice: delivered five times',
  ],
  'double-click refunds twice': ['integration/refunds/reported-bugs', 'double-click refunds twice'],
  'refresh pays twice': ['integration/payments/reported-bugs', 'refresh pays twice'],
  'confirm call races the webhook and the order is lost once in twenty': [
    'integration/recovery/reported-bugs',
    'the confirm call races the webhook: of twenty orders none is lost',
  ],
  'refund refused for 87.96 against 87.957975': [
    'integration/refunds/reported-bugs',
    'refund refused for 87.96 against 87.957975',
  ],
  'webhook arrives before the API response and a record is doubled': [
    'integration/webhooks/early',
    'a success that beats the API answer is applied',
  ],
  'the same success delivered three times settles three times': [
    'integration/webhooks/repeats',
    'the same success under five event ids',
  ],
  'handling both charge.* and payment_intent.* creates duplicates': [
    'integration/webhooks/repeats',
    'charge.* and payment_intent.* of one payment, in either order, settle once',
  ],
  'same-second events lose the newest state': [
    'integration/retry/retry',
    'two declines within one second count twice',
  ],
  'reordered events lose the newest state': [
    'property/event-sequences',
    'random histories, repeated, shuffled, delayed and broken off',
  ],
  'webhook arrives before the order, gets 200, order stuck for ever': [
    'integration/recovery/reported-bugs',
    'a webhook that arrives before the order’s payment does not leave the order stuck for ever',
  ],
  'dedupe swallows the retry of a failed event': [
    'integration/recovery/reported-bugs',
    'dedupe does not swallow the redelivery of an event that failed',
  ],
  'paid twice when an unknown outcome is later fixed': [
    'integration/recovery/reported-bugs',
    'nobody pays twice when an unknown outcome is fixed later',
  ],
  'a payout cannot be tied to the transactions shown (fees, remainders)': [
    'integration/processor-money/payouts',
    'what the transactions of a payout do not explain is a remainder of its own',
  ],
  'a won dispute is ignored': ['integration/disputes/disputes', 'a won dispute is ignored'],
  'split cents lost': ['property/splits', 'the sum is exact, per order too, and shares differ by at most 1'],
  'report on the wrong day near midnight or DST': [
    'integration/analytics/business-day',
    'on the days of clock changes too',
  ],
  'a live view that reconnects with a stale position repeats or loses events': [
    'integration/live/subscriptions',
    'misses nothing and sees nothing twice',
  ],
  'websocket upgrade swallowed by the development server': [
    'integration/doors/dev-server',
    'subscriptions, Socket.IO and hot reload share a port',
  ],
  'Prisma write conflicts that arrive under another code': [
    'integration/db/transaction',
    'is repeated after a serialization failure',
  ],
  'charged at Stripe but missing in the database after a lost connection': [
    'integration/recovery/reported-bugs',
    'charged at Stripe, but missing in the database after a lost connection',
  ],

  'one event delivered five times: five audit rows, five live events, completion time moves': [
    'integration/webhooks/repeats',
    'one event delivered five times in a row settles once and its completion time does not move',
  ],
  'split bill, second guest pays first: another guest is credited, order PAID after a third': [
    'integration/payments/reported-bugs',
    'split bill, second guest pays first',
  ],
  'an intent without metadata: a stranger’s payment becomes COMPLETED': [
    'integration/payments/reported-bugs',
    'an intent without metadata',
  ],
  'double click: 5000 charged for 2500': [
    'race/create',
    'sixteen at once with one key: one payment, one creation at the processor',
  ],
  'two concurrent splits: 6000 collectable for 3000': [
    'race/over-collection',
    'races of splits, whole payments, table shares, cash and cancelling, never more than the bill',
  ],
  'second intent paid, first cancelled: the paid one ends CANCELLED': [
    'integration/webhooks/unexpected-money',
    'second intent paid and own intent cancelled, in either order',
  ],
  'declined then paid, delivered in reverse: payment FAILED, order PAID': [
    'integration/payments/reported-bugs',
    'declined then paid, delivered in reverse',
  ],
  'client’s amount trusted: 50 cents pay a 25.00 order': [
    'integration/payments/reported-bugs',
    'client’s amount trusted: 50 cents pay a 25.00 order',
  ],
  'a split of 3000 and -500 passes the sum check, leaves an orphan row and a live intent': [
    'integration/payments/reported-bugs',
    'a split of 3000 and -500',
  ],
  'order update fails after the event was sent: three events, three audit rows': [
    'integration/webhooks/failures',
    'an apply that breaks at its last write: 200, kept with its error, nothing half done',
  ],
  'a full refund made at Stripe leaves COMPLETED and PAID': [
    'integration/payments/reported-bugs',
    'a full refund made at Stripe',
  ],
  'a guest who joins as shown gets every event three times': [
    'integration/live/socket-io-rooms',
    'who joins a payment as the requirements show gets its events once, NOT three times',
  ],
  'anyone may join any restaurant': [
    'integration/live/socket-io-rooms',
    'no one joins what is not theirs: anyone may NOT join any restaurant',
  ],
  'analytics leak through rooms named undefined': [
    'integration/live/socket-io-rooms',
    'restaurant:undefined:payments',
  ],
  'a partial refund erases the whole payment from revenue': [
    'integration/payments/reported-bugs',
    'a partial refund erases the whole payment from revenue',
  ],
  'the eleventh guest behind one address gets 429': [
    'contract/rate-limits',
    'another guest behind the same address is not',
  ],
  'an unknown order, a missing amount, a malformed id all answer 500': [
    'contract/transport',
    'an id that is %j is a 404, never a 500',
  ],
  'currency stored both as USD and usd': [
    'integration/payments/reported-bugs',
    'currency stored both as USD and usd',
  ],
};

it.each(Object.entries(BUGS))('%s: has a test', async (_bug, [file, title]) => {
  const text = await readFile(new URL(`../${file}.test.ts`, import.meta.url), 'utf8');
  expect(text).toContain(title);
});
