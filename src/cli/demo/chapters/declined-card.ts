import { randomUUID } from 'node:crypto';
import { confirmCard, money, whenPaid, whenStatus } from '../card';
import { expectSame, expectThat } from '../expect';
import type { Chapter } from './index';

/** A decline does not end a payment: the same one is paid with another card. */
export const declinedCard: Chapter = {
  title: 'A declined card, then another one',
  async tell(stage, story) {
    const { bella } = stage;
    const anna = stage.guestOf(bella, 'Anna');
    const asAnna = stage.as(anna);

    const payment = await story.step(
      'Anna opens a payment for her pasta',
      'platform.orders.sync, payments.create as guest Anna',
      async () => {
        const order = await stage.order(bella, anna, { cacio: 1, espresso: 1 });
        const value = await asAnna.payments.create.mutate({
          orderId: order.orderId,
          idempotencyKey: randomUUID(),
        });
        stage.notePayment(value.id);
        return { answered: `${value.status}, ${money(value.totalMinor, value.currency)}`, value };
      },
    );

    await story.step(
      'Her bank declines the first card',
      'confirm with card 4000 0000 0000 9995 (insufficient funds)',
      async () => {
        const answer = await confirmCard(stage, payment, 'pm_card_chargeDeclinedInsufficientFunds');
        expectSame('the HTTP status', answer.httpStatus, 402);
        const seen = await whenStatus(asAnna, payment.id, 'FAILED');
        expectThat(seen.failureReason !== null, 'a reason that Anna can read');
        return {
          answered: `HTTP 402 ${answer.error?.decline_code}; payment FAILED: "${seen.failureReason}"`,
          value: null,
        };
      },
    );

    await story.step(
      'The same payment is paid with a debit card',
      'confirm with the same client secret, card 4000 0566 5566 5556 (Visa debit)',
      async () => {
        const answer = await confirmCard(stage, payment, 'pm_card_visa_debit');
        expectSame('the intent', answer.intent?.status, 'succeeded');
        const paid = await whenPaid(asAnna, payment.id);
        expectSame('the kind of card', paid.cardFunding, 'debit');
        expectSame('the intent’s id', paid.paymentIntentId, payment.paymentIntentId);
        return {
          answered: `COMPLETED with ${paid.cardBrand} ${paid.cardFunding} •••• ${paid.cardLast4}, one intent all along`,
          value: null,
        };
      },
    );
  },
};
