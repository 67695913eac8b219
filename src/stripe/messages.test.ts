import { describe, expect, it } from 'vitest';
import { KNOWN_FAILURE_CODES } from '@/domain/payment/failure-words';
import { describeError } from './messages';

/** legacy-contract 1.4: words at which the v2 client repeats by itself, or ends the session. */
const FORBIDDEN =
  /conflict|concurrent|locked|network|timeout|unauthorized|session_expired|already has an active/i;
const INTERNALS = /stripe|idempoten|intent|http|api|null|undefined|[_{}<>]/i;

const facts = (code: string, declineCode: string | null = null, httpStatus: number | null = 402) => ({
  code,
  declineCode,
  httpStatus,
  detail: 'raw words of the processor',
});

describe('words for errors', () => {
  it.each(KNOWN_FAILURE_CODES)(
    '%s has words that leak no internals and start no automatic repeat',
    (code) => {
      const error = describeError(facts(code));
      for (const words of [error.guestMessage, error.staffMessage]) {
        expect(words).toMatch(/^[A-Z].{20,}[.]$/);
        expect(words).not.toMatch(FORBIDDEN);
        expect(words).not.toMatch(INTERNALS);
      }
    },
  );

  it.each([
    ['an unknown decline', facts('card_declined', 'brand_new_reason'), /declined/],
    ['an unknown card error', facts('brand_new_code'), /declined/],
    ['an unknown last error of an intent', facts('brand_new_code', null, null), /declined/],
    ['an unknown request error', facts('brand_new_code', null, 400), /could not be processed/],
    ['a code that is a property of every object', facts('constructor', null, 400), /could not be processed/],
  ])('gives %s a safe sentence', (_name, unknown, expected) => {
    const error = describeError(unknown);
    expect(error.guestMessage).toMatch(expected);
    expect(error.guestMessage).not.toMatch(FORBIDDEN);
    expect(error.staffMessage).not.toMatch(FORBIDDEN);
    expect(`${error.guestMessage} ${error.staffMessage}`).not.toContain('raw words');
  });

  it('goes by the decline code before the general code', () => {
    expect(describeError(facts('card_declined', 'insufficient_funds')).guestMessage).toContain(
      'insufficient funds',
    );
    expect(describeError(facts('card_declined', 'expired_card')).guestMessage).toContain('expired');
  });

  it.each(['lost_card', 'stolen_card', 'fraudulent', 'pickup_card'])(
    'tells nobody at the table about %s',
    (code) => {
      expect(describeError(facts('card_declined', code)).guestMessage).toBe(
        describeError(facts('card_declined', 'generic_decline')).guestMessage,
      );
    },
  );

  it('keeps the detail for the log, cut to a sane length', () => {
    expect(describeError({ ...facts('card_declined'), detail: 'x'.repeat(9_000) }).detail).toHaveLength(500);
  });
});
