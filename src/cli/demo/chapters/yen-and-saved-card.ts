import { randomUUID } from 'node:crypto';
import { confirmCard, money, whenPaid } from '../card';
import { expectRefusal, expectSame } from '../expect';
import type { Chapter } from './index';

/** Another tenant, a currency without decimals, and a customer who is signed in. */
export const yenAndSavedCard: Chapter = {
  title: 'In Tokyo: yen, and a customer who saves her card',
  async tell(stage, story) {
    const { sakura, customer } = stage;
    const olivia = stage.guestOf(sakura, 'Olivia');
    const kenji = stage.guestOf(sakura, 'Kenji');

    await story.step(
      'Kenji is not signed in, so his card cannot be saved',
      'payments.create { saveCard: true } as guest Kenji',
      async () => {
        const order = await stage.order(sakura, kenji, { ramen: 1 });
        const call = stage
          .as(kenji)
          .payments.create.mutate({ orderId: order.orderId, saveCard: true, idempotencyKey: randomUUID() });
        const refusal = await expectRefusal(call, 'SAVE_CARD_NEEDS_SIGN_IN');
        return { answered: `HTTP ${refusal.httpStatus} ${refusal.appCode}: ${refusal.message}`, value: null };
      },
    );

    const payment = await story.step(
      'Olivia is, and pays in whole yen',
      'payments.create { saveCard: true } as customer Olivia',
      async () => {
        const order = await stage.order(sakura, olivia, { nigiri: 1, tempura: 1, matcha: 2 });
        const value = await customer.payments.create.mutate({
          orderId: order.orderId,
          billMinor: order.billMinor,
          saveCard: true,
          idempotencyKey: randomUUID(),
        });
        stage.notePayment(value.id);
        expectSame('the currency', value.currency, 'JPY');
        expectSame('the total', value.totalMinor, order.billMinor);
        return {
          answered: `PENDING, ${money(value.totalMinor, 'JPY')} = ${value.totalMinor} minor units: yen have no decimals`,
          value,
        };
      },
    );

    await story.step('She pays', 'confirm with American Express', async () => {
      await confirmCard(stage, payment, 'pm_card_amex');
      const paid = await whenPaid(customer, payment.id);
      const receipt = await customer.payments.receipt.query({ paymentId: payment.id });
      expectSame('the restaurant on the receipt', receipt.restaurant.name, sakura.place.name);
      return {
        answered: `COMPLETED, receipt ${receipt.number}, business day ${paid.businessDay} in Tokyo`,
        value: null,
      };
    });
  },
};
