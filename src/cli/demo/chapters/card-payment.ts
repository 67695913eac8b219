import { randomUUID } from 'node:crypto';
import { confirmCard, money, whenDelivered, whenPaid } from '../card';
import { expectSame, expectThat } from '../expect';
import { waitFor } from '../wait-for';
import type { Chapter } from './index';

const TIP_MINOR = 900;

/** Order -> intent -> card -> signed webhook -> completed -> ledger -> order state -> receipt. */
export const cardPayment: Chapter = {
  title: 'A guest pays an order by card',
  async tell(stage, story) {
    const { bella, books, owner } = stage;
    const marco = stage.guestOf(bella, 'Marco');
    const asMarco = stage.as(marco);

    const order = await story.step(
      'Marco orders; the platform pushes the order',
      'platform.orders.sync as the platform: 2 Margherita, 1 Burrata, 2 Chianti',
      async () => {
        const value = await stage.order(bella, marco, { margherita: 2, burrata: 1, chianti: 2 });
        const { currency, subtotalMinor, taxMinor, billMinor, orderNumber } = value;
        const answered = `order ${orderNumber}: ${money(subtotalMinor, currency)} + tax ${money(taxMinor, currency)} = ${money(billMinor, currency)}`;
        return { answered, value };
      },
    );
    const totalMinor = order.billMinor + TIP_MINOR;
    const total = money(totalMinor, order.currency);

    const payment = await story.step(
      'Marco taps "Pay": the server computes the amount and opens an intent at Stripe',
      `payments.create { orderId, billMinor: ${order.billMinor}, tipMinor: ${TIP_MINOR} } as guest Marco`,
      async () => {
        const value = await asMarco.payments.create.mutate({
          orderId: order.orderId,
          billMinor: order.billMinor,
          tipMinor: TIP_MINOR,
          idempotencyKey: randomUUID(),
        });
        stage.notePayment(value.id);
        expectSame('the status', value.status, 'PENDING');
        expectSame('the total', value.totalMinor, totalMinor);
        expectThat(value.clientSecret?.includes('_secret_') === true, 'a client secret for the card form');
        return { answered: `PENDING, ${total}, intent ${value.paymentIntentId}, client secret`, value };
      },
    );
    const intentId = payment.paymentIntentId ?? '';

    await story.step(
      'His browser confirms the card with Stripe, past our server',
      `POST /v1/payment_intents/${intentId}/confirm with the publishable key, card 4242…`,
      async () => {
        const answer = await confirmCard(stage, payment, 'pm_card_visa');
        expectSame('the intent', answer.intent?.status, 'succeeded');
        return { answered: `HTTP ${answer.httpStatus}, intent succeeded`, value: null };
      },
    );

    await story.step(
      'Stripe sends a signed webhook; the server verifies and applies it',
      'POST /api/webhooks/stripe, payment_intent.succeeded with stripe-signature',
      async () => {
        const { eventId, status } = await whenDelivered(stage, 'payment_intent.succeeded', intentId);
        return { answered: `HTTP ${status} for ${eventId}`, value: null };
      },
    );

    const paid = await story.step('The payment is completed', 'payments.get as guest Marco', async () => {
      const value = await whenPaid(asMarco, payment.id);
      expectSame('the client secret', value.clientSecret, null);
      return {
        answered: `COMPLETED, ${total}, ${value.cardBrand} •••• ${value.cardLast4} (${value.cardFunding}), business day ${value.businessDay}`,
        value,
      };
    });

    await story.step('The books balance', 'ledger postings of this payment (read-only SQL)', async () => {
      const lines = await books.postingsOf(payment.id);
      expectSame('the postings', lines, [
        { account: 'PROCESSOR_CLEARING', amountMinor: totalMinor },
        { account: 'SALES', amountMinor: -order.subtotalMinor },
        { account: 'TAX_PAYABLE', amountMinor: -order.taxMinor },
        { account: 'TIPS_PAYABLE', amountMinor: -TIP_MINOR },
      ]);
      const sumMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0);
      expectSame('the sum of the postings', sumMinor, 0);
      const table = [...lines, { account: 'sum', amountMinor: sumMinor }].map(
        ({ account, amountMinor }) =>
          `${account.padEnd(20)} ${money(amountMinor, order.currency).padStart(10)}`,
      );
      return { answered: table.join('\n'), value: null };
    });

    await story.step(
      'The platform learns that the order is paid',
      'platform.orders.paymentStates as the platform, from where it last read',
      async () => {
        const told = await waitFor('the order is told to be PAID', async () => {
          const state = await stage.orderStates.latest(order.orderId);
          return state?.state === 'PAID' ? state : null;
        });
        expectSame('what the bill received', told.capturedMinor, order.billMinor);
        return {
          answered: `PAID, ${money(told.capturedMinor, told.currency)} of the bill received`,
          value: null,
        };
      },
    );

    await story.step('The owner reads what happened', 'payments.history as owner Giulia', async () => {
      const entries = await owner.payments.history.query({ paymentId: payment.id });
      expectThat(
        entries.some((entry) => entry.newStatus === 'COMPLETED'),
        'an entry that ends in COMPLETED',
      );
      const text = entries.map((entry) => `${entry.action} by ${entry.actor}`).join(', ');
      return { answered: text, value: null };
    });

    const receipt = await story.step(
      'Marco gets his receipt',
      'payments.receipt as guest Marco',
      async () => {
        const value = await asMarco.payments.receipt.query({ paymentId: payment.id });
        expectSame('the total', value.totalMinor, totalMinor);
        expectSame('the link', value.url, paid.receiptUrl);
        return {
          answered: `receipt ${value.number}, ${value.orders[0]?.lines.length} lines, paid with ${value.paidWith}`,
          value,
        };
      },
    );

    await story.step('The public receipt page opens without any login', `GET ${receipt.url}`, async () => {
      const response = await fetch(receipt.url);
      const page = await response.text();
      expectSame('the HTTP status', response.status, 200);
      expectThat(page.includes(total), `the page to show the total ${total}`);
      return { answered: `HTTP 200, ${response.headers.get('content-type')}, shows ${total}`, value: null };
    });
  },
};
