import { randomUUID } from 'node:crypto';
import { confirmCard, money, whenPaid } from '../card';
import { expectSame, expectThat } from '../expect';
import type { Chapter } from './index';

/** What may happen while a payment is open: a second tap, another tip, a change of mind. */
export const openPayment: Chapter = {
  title: 'While a payment is open',
  async tell(stage, story) {
    const { bella } = stage;
    const luca = stage.guestOf(bella, 'Luca');
    const asLuca = stage.as(luca);
    const firstKey = randomUUID();

    const order = await story.step('Luca orders', 'platform.orders.sync as the platform', async () => {
      const value = await stage.order(bella, luca, { margherita: 1, tiramisu: 1 });
      return { answered: `order ${value.orderNumber}: ${money(value.billMinor, value.currency)}`, value };
    });
    const create = (idempotencyKey: string) =>
      asLuca.payments.create.mutate({ orderId: order.orderId, tipMinor: 300, idempotencyKey });

    const payment = await story.step(
      'He taps "Pay" three times: there is one payment',
      'payments.create twice at once with one key, then again with another key',
      async () => {
        const [first, second] = await Promise.all([create(firstKey), create(firstKey)]);
        const third = await create(randomUUID());
        stage.notePayment(first.id);
        const intents = new Set([first, second, third].map((one) => one.paymentIntentId));
        expectSame('the payments', new Set([first.id, second.id, third.id]).size, 1);
        expectSame('the intents', intents.size, 1);
        return { answered: `three times payment ${first.id}, one intent`, value: first };
      },
    );

    const tipped = await story.step(
      'He raises the tip before paying; the card form on his screen stays valid',
      'payments.changeTip { tipMinor: 600 } as guest Luca',
      async () => {
        const value = await asLuca.payments.changeTip.mutate({
          paymentId: payment.id,
          tipMinor: 600,
          idempotencyKey: randomUUID(),
        });
        expectSame('the total', value.totalMinor, order.billMinor + 600);
        expectSame('the client secret', value.clientSecret, payment.clientSecret);
        const from = money(payment.totalMinor, order.currency);
        return {
          answered: `${from} became ${money(value.totalMinor, order.currency)}, same client secret`,
          value,
        };
      },
    );

    await story.step(
      'He cancels; Stripe confirms before the hold on the bill ends',
      'payments.cancel as guest Luca, then his browser tries the old card form',
      async () => {
        const cancelled = await asLuca.payments.cancel.mutate({
          paymentId: payment.id,
          reason: 'Luca wants to pay later',
          idempotencyKey: randomUUID(),
        });
        expectSame('the status', cancelled.status, 'CANCELLED');
        const late = await confirmCard(stage, tipped, 'pm_card_visa');
        expectThat(late.httpStatus >= 400, 'the cancelled intent to take no card');
        return {
          answered: `CANCELLED; the old form gets HTTP ${late.httpStatus} ${late.error?.code ?? ''}`,
          value: null,
        };
      },
    );

    await story.step(
      'The bill is free again, and he pays it after all',
      'payments.create, confirm with Mastercard',
      async () => {
        const again = await create(randomUUID());
        stage.notePayment(again.id);
        expectThat(again.id !== payment.id, 'a new payment');
        await confirmCard(stage, again, 'pm_card_mastercard');
        const paid = await whenPaid(asLuca, again.id);
        return { answered: `new payment COMPLETED, ${money(paid.totalMinor, paid.currency)}`, value: null };
      },
    );
  },
};
