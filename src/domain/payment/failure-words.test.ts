import { describe, expect, it } from 'vitest';
import { failureWords, KNOWN_FAILURE_CODES, REFUSED_REQUEST, UNKNOWN_DECLINE } from './failure-words';
import { TECHNICAL_FAILURE_CODES } from './technical-failures';

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

describe('a technical failure', () => {
  it.each(TECHNICAL_FAILURE_CODES)('%s is one that blames neither card nor guest', (code) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(failureWords(code)?.guest ?? 'Please try again').toMatch(/again/);
  });

  it('is not what the bank decided', () => {
    const technical: readonly string[] = TECHNICAL_FAILURE_CODES;
    expect(technical).toContain('processor_error');
    for (const code of ['card_declined', 'insufficient_funds', 'expired_card', 'authentication_required'])
      expect(technical).not.toContain(code);
  });
});
