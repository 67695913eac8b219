import { expect, test } from 'vitest';
import { factText, type History, type Ledger, type Trace, timelineEntries } from './timeline-entries';

const at = (second: number) => `2026-11-23T10:00:0${second}.000Z`;
const history: History = [
  {
    id: 'a1',
    action: 'created',
    previousStatus: null,
    newStatus: 'PENDING',
    actor: 'guest:0198c0de-1111',
    actorName: null,
    details: { totalMinor: 2500, overCollectedMinor: 0 },
    createdAt: at(1),
  },
  {
    id: 'a2',
    action: 'completed',
    previousStatus: 'PENDING',
    newStatus: 'COMPLETED',
    actor: 'system:stripe',
    actorName: null,
    details: null,
    createdAt: at(4),
  },
];
const trace: Trace = {
  calls: [
    {
      id: 'c1',
      key: 'payment:p:create:1',
      call: 'CREATE_INTENT',
      at: at(2),
      outcome: 'OK',
      durationMs: 80,
      times: 1,
      objectId: 'pi_1',
      requestId: 'req_1',
      error: null,
    },
  ],
  events: [
    {
      eventId: 'evt_1',
      type: 'payment_intent.succeeded',
      objectId: 'pi_1',
      state: 'APPLIED',
      source: 'SWEEP',
      attempts: 2,
      outcome: null,
      lastError: null,
      createdAt: '2026-11-23T08:00:00.000Z',
      receivedAt: at(3),
      finishedAt: at(4),
      requestId: null,
      hasPayload: true,
    },
  ],
  mails: [
    {
      id: 'm1',
      kind: 'PAYMENT_COMPLETED',
      state: 'SKIPPED',
      createdAt: at(5),
      sentAt: null,
      reason: 'the reader has opted out',
    },
  ],
};
const ledger = {
  entries: [
    {
      transactionId: 't1',
      factKey: 'capture:p',
      currency: 'USD',
      businessDay: '2026-11-23',
      occurredAt: at(3),
      postedAt: at(4),
      lines: [
        { account: 'PROCESSOR_CLEARING', name: '', debitMinor: 2500, creditMinor: 0 },
        { account: 'SALES', name: '', debitMinor: 0, creditMinor: 2500 },
      ],
    },
  ],
} as unknown as Ledger;
const USD = { currency: 'USD', locale: 'en-US' };

test('everything that happened stands in one line of time, newest first, with who did it', () => {
  const entries = timelineEntries({ history, trace, ledger }, USD);
  expect(entries.map(({ kind, title, actor }) => `${kind} ${title} by ${actor}`)).toEqual([
    'MAIL Mail: payment completed by Tabsy',
    'STEP Completed by Stripe',
    'POSTING Capture by Tabsy',
    'EVENT payment_intent.succeeded by Stripe',
    'CALL Create intent by Tabsy',
    'STEP Created by Guest 0198c0de',
  ]);
});

test('details are words and amounts; what is zero or empty is left out', () => {
  const details = timelineEntries({ history, trace, ledger }, USD).map((entry) => entry.details);
  expect(details).toEqual([
    ['the reader has opted out'],
    ['Pending to completed'],
    ['Processor clearing debit $25.00', 'Sales credit $25.00'],
    ['pi_1', 'made 2 h before', 'found by asking: the webhook never came', '2 attempts'],
    ['pi_1', 'request req_1', 'key payment:p:create:1', 'took 80 ms'],
    ['total $25.00'],
  ]);
});

test('what was only asked again and again is one entry that says how often', () => {
  const asked = {
    id: 'c2',
    key: null,
    call: 'RETRIEVE_INTENT',
    at: at(5),
    outcome: 'OK',
    durationMs: 1_200,
    times: 7,
    objectId: 'pi_1',
    requestId: null,
    error: null,
  } as const;
  const one = { ...trace, calls: [asked], events: [], mails: [] };
  expect(timelineEntries({ history: [], trace: one, ledger: undefined }, USD)).toMatchObject([
    { kind: 'CALL', title: 'Retrieve intent', state: null, details: ['7 times', 'pi_1', 'took 1 s'] },
  ]);
});

test('what may not be read, or has not come yet, leaves the rest', () => {
  expect(timelineEntries({ history, trace: undefined, ledger: undefined }, USD)).toHaveLength(2);
});

test('only an event whose payload is still there can be looked at', () => {
  const [event] = trace.events;
  const gone = { ...trace, events: event ? [{ ...event, hasPayload: false }] : [] };
  const eventIds = (one: Trace) =>
    timelineEntries({ history: [], trace: one, ledger: undefined }, USD).flatMap(
      ({ eventId }) => eventId ?? [],
    );
  expect(eventIds(trace)).toEqual(['evt_1']);
  expect(eventIds(gone)).toEqual([]);
});

test('a fact is told by the beginning of its key', () => {
  expect(factText('refund-failed:0198')).toBe('Refund failed');
});
