import { describe, expect, it } from 'vitest';
import { wireMethod } from '@/services/legacy/wire-method';
import { parseMethod, parseMethodFilter } from './methods';

describe('methods (legacy-contract section 4)', () => {
  it.each([
    ['CARD', null, 'CREDIT_CARD'],
    ['CARD', 'credit', 'CREDIT_CARD'],
    ['CARD', 'unknown', 'CREDIT_CARD'],
    ['CARD', 'debit', 'DEBIT_CARD'],
    ['DIGITAL_WALLET', 'debit', 'MOBILE_PAYMENT'],
    ['CASH', null, 'CASH'],
    ['CRYPTO', null, 'MOBILE_PAYMENT'],
  ] as const)('%s with funding %s is %s on the wire', (method, funding, wire) =>
    expect(wireMethod(method, funding)).toBe(wire),
  );

  it.each([
    ['credit_card', 'CARD'],
    ['CARD', 'CARD'],
    ['DEBIT_CARD', 'CARD'],
    ['Mobile_Payment', 'DIGITAL_WALLET'],
    ['WALLET', 'DIGITAL_WALLET'],
    ['DIGITAL_WALLET', 'DIGITAL_WALLET'],
    ['cash', 'CASH'],
  ])('%s is read as %s', (sent, stored) => expect(parseMethod(sent)).toBe(stored));

  it.each(['CRYPTO', 'PAYPAL', 'SQUARE', 'constructor'])('%s is not supported', (sent) =>
    expect(() => parseMethod(sent)).toThrow(/not supported/),
  );

  it.each([undefined, null, '', 5])('%s is asked for', (sent) =>
    expect(() => parseMethod(sent)).toThrow(/Send paymentMethod/),
  );

  it('a filter by CARD holds both kinds, a fine name one', () => {
    expect(parseMethodFilter('card')).toEqual({ stored: 'CARD', wire: null });
    expect(parseMethodFilter('DEBIT_CARD')).toEqual({ stored: 'CARD', wire: 'DEBIT_CARD' });
    expect(parseMethodFilter('MOBILE_PAYMENT')).toEqual({ stored: 'DIGITAL_WALLET', wire: null });
    expect(parseMethodFilter('hasOwnProperty')).toBeNull();
  });
});
