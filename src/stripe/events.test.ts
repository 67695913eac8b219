import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { createEventReader } from './events';

const SECRET = 'whsec_current';
const OLD_SECRET = 'whsec_previous';
const NOW_SEC = 1_790_000_000;
const NOW = new Date(NOW_SEC * 1000 + 400);
const reader = createEventReader({ secrets: [SECRET, OLD_SECRET], toleranceSec: 300 });

const INTENT = {
  object: 'payment_intent',
  id: 'pi_1',
  status: 'succeeded',
  amount: 1250,
  amount_received: 1250,
  currency: 'usd',
  created: NOW_SEC,
  latest_charge: 'ch_1',
  metadata: { paymentId: 'p1' },
};

function eventBody(object: unknown, type = 'payment_intent.succeeded'): string {
  return JSON.stringify({ object: 'event', id: 'evt_1', type, created: NOW_SEC, data: { object } }, null, 2);
}
const BODY = eventBody(INTENT);

function v1(body: string, timestamp: number | string, secret = SECRET): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}
function header(body: string, { timestamp = NOW_SEC, secret = SECRET } = {}): string {
  return `t=${timestamp},v1=${v1(body, timestamp, secret)}`;
}
const reasonOf = (body: string, signature: string | null, now = NOW) => {
  const result = reader.verify(body, signature, now);
  return result.ok ? 'ok' : result.reason;
};

describe('signature', () => {
  it("accepts what Stripe's own helper signs", () => {
    const signature = new Stripe('sk_test_x').webhooks.generateTestHeaderString({
      payload: BODY,
      secret: SECRET,
      timestamp: NOW_SEC,
    });
    expect(reasonOf(BODY, signature)).toBe('ok');
  });

  it('accepts each configured secret, so that one can be rotated, and no other', () => {
    expect(reasonOf(BODY, header(BODY, { secret: OLD_SECRET }))).toBe('ok');
    expect(reasonOf(BODY, header(BODY, { secret: 'whsec_of_someone_else' }))).toBe('mismatch');
  });

  it('accepts one right v1 among several, and passes over other schemes', () => {
    const wrong = '0'.repeat(64);
    expect(reasonOf(BODY, `t=${NOW_SEC},v1=${wrong},v1=${v1(BODY, NOW_SEC)},v0=abc`)).toBe('ok');
    expect(reasonOf(BODY, `t=${NOW_SEC},v1=${wrong},v1=${wrong}`)).toBe('mismatch');
    expect(reasonOf(BODY, `t=${NOW_SEC},v0=${v1(BODY, NOW_SEC)}`)).toBe('malformed');
  });

  it('refuses a body with any character changed, added or removed', () => {
    const signature = header(BODY);
    fc.assert(
      fc.property(fc.nat(BODY.length - 1), fc.constantFrom('', 'x', '  ', '\u00e9'), (at, replacement) => {
        const mutated = BODY.slice(0, at) + replacement + BODY.slice(at + 1);
        fc.pre(mutated !== BODY);
        expect(reasonOf(mutated, signature)).toBe('mismatch');
      }),
    );
    expect(reasonOf(JSON.stringify(JSON.parse(BODY)), signature)).toBe('mismatch');
    expect(reasonOf(`${BODY}\n`, signature)).toBe('mismatch');
    expect(reasonOf('', signature)).toBe('mismatch');
  });

  it('refuses a changed timestamp: it is signed too', () => {
    expect(reasonOf(BODY, `t=${NOW_SEC - 1},v1=${v1(BODY, NOW_SEC)}`)).toBe('mismatch');
    expect(reasonOf(BODY, `t=0${NOW_SEC},v1=${v1(BODY, NOW_SEC)}`)).toBe('mismatch');
  });

  it.each([
    [-300, 'ok'],
    [-301, 'stale'],
    [-86_400, 'stale'],
    [300, 'ok'],
    [301, 'future'],
    [86_400, 'future'],
  ])('signed %i s from now: %s', (offset, expected) => {
    expect(reasonOf(BODY, header(BODY, { timestamp: NOW_SEC + offset }))).toBe(expected);
  });

  it('says missing, malformed or mismatch for headers that are no signature, and never throws', () => {
    expect(reasonOf(BODY, null)).toBe('missing');
    expect(reasonOf(BODY, '')).toBe('missing');
    const right = v1(BODY, NOW_SEC);
    for (const bad of [
      'garbage',
      `v1=${right}`,
      `t=${NOW_SEC}`,
      `t=,v1=${right}`,
      `t=abc,v1=${right}`,
      ',,,',
      '=',
    ]) {
      expect(reasonOf(BODY, bad)).toBe('malformed');
    }
    expect(reasonOf(BODY, `t=${NOW_SEC},t=${NOW_SEC},v1=${right}`)).toBe('malformed');
    expect(reasonOf(BODY, `t=${NOW_SEC},v1=${right}${',v1=00'.repeat(500)}`)).toBe('malformed');
    for (const bad of ['', 'zz'.repeat(32), right.slice(2), `${right}00`, `${right.slice(0, 62)}zz`]) {
      expect(reasonOf(BODY, `t=${NOW_SEC},v1=${bad}`)).toBe('mismatch');
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (body, signature) => {
        expect(reader.verify(body, signature, NOW).ok).toBe(false);
      }),
    );
  });

  it('comes before parsing: nothing of an unsigned body is read', () => {
    expect(reasonOf('{ not json', header(BODY))).toBe('mismatch');
  });

  it.each([
    ['no secret', [], 300],
    ['a blank secret', [SECRET, ' '], 300],
    ['tolerance 0, which would turn the age check off in the SDK', [SECRET], 0],
    ['a negative tolerance', [SECRET], -1],
    ['a tolerance that is no number', [SECRET], Number.NaN],
  ])('cannot be set up with %s', (_name, secrets, toleranceSec) => {
    expect(() => createEventReader({ secrets, toleranceSec })).toThrow(RangeError);
  });
});

describe('events', () => {
  it('keep the body as it came, and normalise the object', () => {
    const result = reader.verify(BODY, header(BODY), NOW);
    expect(result).toMatchObject({
      ok: true,
      event: {
        id: 'evt_1',
        type: 'payment_intent.succeeded',
        createdSec: NOW_SEC,
        objectId: 'pi_1',
        subject: { kind: 'intent', intent: { id: 'pi_1', currency: 'USD', amountMinor: 1250 } },
      },
    });
    expect(result.ok && result.event.payload).toBe(BODY);
  });

  it.each([
    ['charge', { id: 'ch_1', amount: 1, currency: 'usd', created: 1 }],
    ['refund', { id: 're_1', amount: 1, created: 1_700_000_000, currency: 'usd', status: 'succeeded' }],
    ['dispute', { id: 'dp_1', amount: 1, currency: 'usd', status: 'lost', reason: 'fraudulent' }],
  ])('read a %s', (kind, fields) => {
    const event = reader.parse(eventBody({ object: kind, ...fields }, 'whatever.happened'));
    expect(event).toMatchObject({
      objectId: fields.id,
      subject: { kind, [kind]: { id: fields.id, currency: 'USD' } },
    });
  });

  it('about objects that we do not know are still events', () => {
    expect(reader.parse(eventBody({ object: 'product', id: 'prod_1' }, 'product.created'))).toMatchObject({
      objectId: 'prod_1',
      subject: { kind: 'other' },
    });
    expect(reader.parse(eventBody({ object: 'balance' }, 'balance.available')).objectId).toBe('');
    const long = reader.parse(eventBody({ object: 'product', id: 'x'.repeat(300) }, 'product.created'));
    expect(long.objectId).toHaveLength(255);
    const fields = {
      object: 'refund',
      id: 're_1',
      amount: 1,
      created: 1_700_000_000,
      currency: 'usd',
      status: 'succeeded',
    };
    const wrong = reader.parse(eventBody({ ...fields, payment_intent: 'x'.repeat(300) }, 'refund.created'));
    expect(wrong.subject).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    ['text', 'hello'],
    ['an array', '[]'],
    ['null', 'null'],
    ['another object', JSON.stringify(INTENT)],
    [
      'an event without an id',
      JSON.stringify({ object: 'event', type: 'x', created: 1, data: { object: {} } }),
    ],
    ['an event without data', JSON.stringify({ object: 'event', id: 'evt_1', type: 'x', created: 1 })],
  ])('are not made of %s, even when signed', (_name, body) => {
    expect(reasonOf(body, header(body))).toBe('body');
    expect(() => reader.parse(body)).toThrow();
  });

  it('keep an event whose object cannot be read, with the reason', () => {
    const { subject } = reader.parse(eventBody({ ...INTENT, amount: undefined }));
    expect(subject).toMatchObject({ kind: 'unreadable', problem: expect.stringContaining('amount') });
  });
});
