import { describe, expect, it } from 'vitest';
import {
  DECLINE_CODES,
  failureWords,
  KNOWN_FAILURE_CODES,
  REFUSED_REQUEST,
  UNKNOWN_DECLINE,
} from './failure-words';

/** A sentence for people: src/stripe/messages.test.ts says what must not stand in it. */
const SENTENCE = /^[A-Z].{20,}\.$/;

describe('the words of a failure', () => {
  it.each(KNOWN_FAILURE_CODES)('%s is told to the guest and to the staff', (code) => {
    expect(failureWords(code)).toEqual({
      guest: expect.stringMatching(SENTENCE),
      staff: expect.stringMatching(SENTENCE),
    });
  });

  it.each([
    ['insufficient_funds', /insufficient funds/],
    ['expired_card', /expired/],
    ['incorrect_cvc', /security code/],
    ['authentication_required', /confirm/],
    ['amount_too_small', /too small/],
    ['amount_too_large', /too large/],
    ['processor_no_answer', /still checking/],
  ])('%s says so', (code, words) => {
    expect(failureWords(code)?.guest).toMatch(words);
  });

  it('there are none of an unknown code, and none of what every object has', () => {
    expect(failureWords(null)).toBeUndefined();
    expect(failureWords('brand_new')).toBeUndefined();
    expect(failureWords('constructor')).toBeUndefined();
  });

  it('there are some for a decline and a request of which nothing is known', () => {
    for (const words of [UNKNOWN_DECLINE, REFUSED_REQUEST]) {
      expect(words).toEqual({
        guest: expect.stringMatching(SENTENCE),
        staff: expect.stringMatching(SENTENCE),
      });
    }
  });
});

describe('a decline', () => {
  it.each([
    'card_declined',
    'insufficient_funds',
    'expired_card',
    'authentication_required',
    'incorrect_cvc',
  ])('%s is one', (code) => expect(DECLINE_CODES).toContain(code));

  it.each([
    'processor_credentials',
    'invalid_request_error',
    'resource_missing',
    'processor_error',
    'processing_error',
    'issuer_not_available',
    'rate_limit',
    'payment_intent_unexpected_state',
    'unknown',
  ])('%s is none: neither the card nor its bank decided', (code) => {
    expect(DECLINE_CODES).not.toContain(code);
  });
});
