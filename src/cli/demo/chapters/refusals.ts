import { createHmac, randomUUID } from 'node:crypto';
import { money } from '../card';
import { expectRefusal, expectSame, expectThat } from '../expect';
import type { Stage } from '../stage';
import type { Chapter } from './index';

/** What the service must not do, asked of it. */
export const refusals: Chapter = {
  title: 'What is refused',
  async tell(stage, story) {
    const { bella, otherOwner } = stage;
    const marco = stage.guestOf(bella, 'Marco');
    const asMarco = stage.as(marco);

    const order = await story.step(
      'Marco orders dessert',
      'platform.orders.sync as the platform',
      async () => {
        const value = await stage.order(bella, marco, { tiramisu: 2 });
        return { answered: `order ${value.orderNumber}: ${money(value.billMinor, value.currency)}`, value };
      },
    );

    await story.step('A tampered amount', 'payments.create { billMinor: 100 } as guest Marco', async () => {
      const call = asMarco.payments.create.mutate({
        orderId: order.orderId,
        billMinor: 100,
        idempotencyKey: randomUUID(),
      });
      const refusal = await expectRefusal(call, 'AMOUNT_MISMATCH');
      return { answered: `HTTP ${refusal.httpStatus} ${refusal.appCode}: ${refusal.message}`, value: null };
    });

    const payment = await story.step('An honest one', 'payments.create as guest Marco', async () => {
      const value = await asMarco.payments.create.mutate({
        orderId: order.orderId,
        billMinor: order.billMinor,
        idempotencyKey: randomUUID(),
      });
      stage.notePayment(value.id);
      return {
        answered: `${value.status}, ${money(value.totalMinor, value.currency)}; it stays open for you to try`,
        value,
      };
    });

    await story.step(
      'A webhook that claims the payment succeeded, signed with the wrong secret',
      'POST /api/webhooks/stripe',
      async () => {
        const response = await postForgedEvent(stage, payment.paymentIntentId ?? '');
        expectSame('the HTTP status', response.status, 400);
        const after = await asMarco.payments.get.query({ paymentId: payment.id });
        expectSame('the status', after.status, 'PENDING');
        return {
          answered: `HTTP 400 "${(await response.text()).trim()}"; the payment is still PENDING`,
          value: null,
        };
      },
    );

    await story.step(
      'The owner of another restaurant looks for it',
      'payments.get, payments.list as owner Haruto of Sakura',
      async () => {
        const refusal = await expectRefusal(
          otherOwner.payments.get.query({ paymentId: payment.id }),
          'NOT_FOUND',
        );
        await expectRefusal(otherOwner.payments.list.query({ restaurantId: bella.place.id }), 'NOT_FOUND');
        const { items } = await otherOwner.payments.list.query({ limit: 200 });
        expectThat(
          items.every((item) => item.restaurantId === stage.sakura.place.id),
          'only payments of his own restaurant in his list',
        );
        return {
          answered: `HTTP ${refusal.httpStatus} ${refusal.appCode}; his list holds Sakura alone`,
          value: null,
        };
      },
    );
  },
};

function postForgedEvent(stage: Stage, intentId: string): Promise<Response> {
  const nowSec = Math.floor(Date.now() / 1_000);
  const body = JSON.stringify({
    id: `evt_forged_${randomUUID()}`,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: nowSec,
    data: { object: { id: intentId, object: 'payment_intent', status: 'succeeded' } },
  });
  const signature = createHmac('sha256', 'whsec_guessed').update(`${nowSec}.${body}`).digest('hex');
  return fetch(`${stage.baseUrl}/api/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${nowSec},v1=${signature}` },
    body,
  });
}
