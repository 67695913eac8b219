import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';

/** Bugs that users of payment systems report. Their tests read: reported bug “what users saw”: what holds instead. */
const REPORTED = [
  'two concurrent 60 refunds on 100 both succeed',
  'redelivered webhook refunds twice',
  'double-click refunds twice',
  'refresh pays twice',
  'confirm call races the webhook and the order is lost once in twenty',
  'refund refused for 87.96 against 87.957975',
  'webhook arrives before the API response and a record is doubled',
  'the same success delivered three times settles three times',
  'handling both charge.* and payment_intent.* creates duplicates',
  'same-second or reordered events lose the newest state',
  'webhook arrives before the order, gets 200, order stuck for ever',
  'dedupe swallows the retry of a failed event',
  'paid twice when an unknown outcome is later fixed',
  'a payout cannot be tied to the transactions shown (fees, remainders)',
  'a won dispute is ignored',
  'split cents lost',
  'report on the wrong day near midnight or DST',
  'a live view that reconnects with a stale position repeats or loses events',
  'websocket upgrade swallowed by the development server',
  'Prisma write conflicts that arrive under another code',
  'charged at Stripe but missing in the database after a lost connection',
];

/** Bugs of the requirements' snippets when run literally. */
const OF_THE_SNIPPETS = [
  'one event delivered five times: five audit rows, five live events, completion time moves',
  'split bill, second guest pays first: another guest is credited, order PAID after a third',
  'an intent without metadata: a stranger’s payment becomes COMPLETED',
  'double click: 5000 charged for 2500',
  'two concurrent splits: 6000 collectable for 3000',
  'second intent paid, first cancelled: the paid one ends CANCELLED',
  'declined then paid, delivered in reverse: payment FAILED, order PAID',
  'client’s amount trusted: 50 cents pay a 25.00 order',
  'a split of 3000 and -500 passes the sum check, leaves an orphan row and a live intent',
  'order update fails after the event was sent: three events, three audit rows',
  'a full refund made at Stripe leaves COMPLETED and PAID',
  'a guest who joins as shown gets every event three times',
  'anyone may join any restaurant',
  'analytics leak through rooms named undefined',
  'a partial refund erases the whole payment from revenue',
  'the eleventh guest behind one address gets 429',
  'an unknown order, a missing amount, a malformed id all answer 500',
  'currency stored both as USD and usd',
];

/** A title: the first argument of `it`, `test` or `describe`, also after the cases of an `each`. */
const TITLE = /(?:\b(?:it|test|describe)|\))\(\s*(?:'([^'\n]+)'|`([^`\n]+)`)/g;

let titles: string[];
beforeAll(async () => {
  const folder = new URL('..', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.test.ts'));
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
  titles = texts.flatMap((text) =>
    [...text.matchAll(TITLE)].map(([, quoted, template]) => quoted ?? template ?? ''),
  );
});

it.each([...REPORTED, ...OF_THE_SNIPPETS])('one test says what holds instead of the bug “%s”', (bug) => {
  const start = `reported bug “${bug}”: `;
  expect(titles.filter((title) => title.startsWith(start) && title.length > start.length)).toHaveLength(1);
});

it('every title of a reported bug names one of the list', () => {
  const named = titles.flatMap((title) => /^reported bug “(.+?)”: /.exec(title)?.[1] ?? []);
  expect(named.filter((bug) => ![...REPORTED, ...OF_THE_SNIPPETS].includes(bug))).toEqual([]);
});
