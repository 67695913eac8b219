import { expect, it } from 'vitest';
import type { PaymentView } from '@/services/payments/view';
import { type PaymentReader, whenPaid } from './card';

/** Answers one view after the other, the last one again and again. */
function readerOf(...views: Pick<PaymentView, 'status' | 'cardFunding'>[]): PaymentReader {
  let asked = -1;
  const query = async () => {
    asked = Math.min(asked + 1, views.length - 1);
    return views[asked] as PaymentView;
  };
  return { payments: { get: { query } } };
}

it('a payment counts as paid only when its card is known, which another event brings later', async () => {
  const reader = readerOf(
    { status: 'PENDING', cardFunding: null },
    { status: 'COMPLETED', cardFunding: null },
    { status: 'COMPLETED', cardFunding: 'debit' },
  );
  expect(await whenPaid(reader, 'p')).toMatchObject({ status: 'COMPLETED', cardFunding: 'debit' });
});

it('a card that is known before the payment is completed does not make it paid', async () => {
  const reader = readerOf(
    { status: 'PENDING', cardFunding: 'credit' },
    { status: 'COMPLETED', cardFunding: 'credit' },
  );
  expect(await whenPaid(reader, 'p')).toMatchObject({ status: 'COMPLETED' });
});
