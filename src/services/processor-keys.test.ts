import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  callOfKey,
  customerCreateKey,
  disputeEvidenceKey,
  intentAmountKey,
  intentCancelKey,
  intentConfirmKey,
  intentCreateKey,
  methodDetachKey,
  paymentOfKey,
  refundCreateKey,
  setupCreateKey,
} from './processor-keys';

const ID = '0198c0de-0000-7000-8000-000000000001';

it('reads as what it is for', () => {
  expect(intentCreateKey(ID)).toBe(`payment:${ID}:create:1`);
  expect(intentCreateKey(ID, 2)).toBe(`payment:${ID}:create:2`);
  expect(intentCancelKey(ID)).toBe(`payment:${ID}:cancel:1`);
  expect(intentAmountKey(ID, 1250, 3)).toBe(`payment:${ID}:amount:3:1250`);
  expect(refundCreateKey(ID)).toBe(`refund:${ID}:create:1`);
  expect(customerCreateKey('user_7')).toBe('customer:user_7:create:1');
  expect(setupCreateKey(ID)).toBe(`setup:${ID}:create:1`);
  expect(methodDetachKey(ID, 2)).toBe(`card:${ID}:detach:2`);
  expect(intentConfirmKey(ID, 'c1')).toBe(`payment:${ID}:confirm:c1:1`);
});

it('tells which call about a payment a key was made for, and none for other keys', () => {
  expect(
    [
      intentCreateKey(ID),
      intentAmountKey(ID, 100, 1),
      intentCancelKey('pi_1'),
      intentConfirmKey(ID, 'c1'),
      refundCreateKey(ID),
      disputeEvidenceKey(ID),
    ].map(callOfKey),
  ).toEqual([
    'CREATE_INTENT',
    'CHANGE_AMOUNT',
    'CANCEL_INTENT',
    'CONFIRM_INTENT',
    'CREATE_REFUND',
    'SUBMIT_EVIDENCE',
  ]);
  expect([customerCreateKey('u'), 'f2c1-of-a-browser', '', 'payment:x'].map(callOfKey)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

it('tells the payment of a key, and none for other keys', () => {
  expect([intentCreateKey(ID), intentConfirmKey(ID, 'c1')].map(paymentOfKey)).toEqual([ID, ID]);
  expect([refundCreateKey(ID), customerCreateKey('u'), 'of-a-browser'].map(paymentOfKey)).toEqual([
    null,
    null,
    null,
  ]);
});

it('gives a new key when the amount returns to an earlier one', () => {
  expect(intentAmountKey(ID, 1000, 1)).not.toBe(intentAmountKey(ID, 1000, 3));
});

it('is deterministic, unique per id, short enough and safe in a header for any platform id', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 255 }),
      fc.string({ unit: 'grapheme', maxLength: 255 }),
      (a, b) => {
        const key = customerCreateKey(a);
        expect(key).toBe(customerCreateKey(a));
        expect(key).toMatch(/^[\x21-\x7e]{1,255}$/);
        expect(customerCreateKey(b) === key).toBe(a === b);
      },
    ),
  );
});
