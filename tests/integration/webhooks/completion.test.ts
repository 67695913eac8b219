import { afterAll, beforeAll, expect, test } from 'vitest';
import { payWithCard, seedRestaurant, seedSession, startTestApp, type TestApp } from '../../support/app';
import { intentEvent, sendWebhook } from '../../support/webhook-sender';
import { inboxRow, openCardPayment, tracesOf } from './traces';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** A restaurant of its own with a guest who opens payments in it. */
async function guestAt(options: { timeZone?: string; closingHour?: number }) {
  const service = await app.asService();
  const at = await seedRestaurant(service, options);
  const session = await seedSession(service, at);
  const guest = app.asGuest(session.guests[0]);
  return { at, session, guest, open: () => openCardPayment(app, at, guest, { session }) };
}

test.each([
  ['before closing', 'America/New_York', 4, '2026-07-05T07:59:59Z', '2026-07-04'],
  ['at closing', 'America/New_York', 4, '2026-07-05T08:00:00Z', '2026-07-05'],
  ['no closing hour, last second', 'Asia/Tokyo', 0, '2026-07-04T14:59:59Z', '2026-07-04'],
  ['no closing hour, midnight', 'Asia/Tokyo', 0, '2026-07-04T15:00:00Z', '2026-07-05'],
  ['the night the clocks go forward', 'Europe/Berlin', 4, '2026-03-29T01:59:59Z', '2026-03-28'],
  ['after the clocks went forward', 'Europe/Berlin', 4, '2026-03-29T02:00:00Z', '2026-03-29'],
])(
  "a payment belongs to the restaurant's business day of Stripe's own second: %s",
  async (_name, timeZone, closingHour, at, day) => {
    const { open } = await guestAt({ timeZone, closingHour });
    const payment = await open();
    const createdSec = Date.parse(at) / 1000;
    const event = intentEvent(
      'succeeded',
      { id: payment.intentId, amountMinor: 2700, metadata: payment.metadata },
      { createdSec },
    );
    await sendWebhook(app, event);
    const { payment: row } = await tracesOf(app, payment.id);
    expect(row).toMatchObject({ status: 'COMPLETED', businessDay: day, completedAt: new Date(at) });
    expect(row.receiptNumber).toBe(`${day.replaceAll('-', '')}-0001`);
    const { rows } = await app.database.pool.query(
      'SELECT business_day::text AS day, occurred_at AS at FROM ledger_transactions WHERE payment_id = $1',
      [payment.id],
    );
    expect(rows).toEqual([{ day, at: new Date(at) }]);
  },
);

test('receipts of one restaurant and day are numbered without gaps or repeats, also when paid at once', async () => {
  const { open } = await guestAt({});
  const payments = await Promise.all(Array.from({ length: 12 }, open));
  const createdSec = Date.parse('2026-07-04T18:00:00Z') / 1000;
  await Promise.all(
    payments.map((payment) =>
      sendWebhook(
        app,
        intentEvent(
          'succeeded',
          { id: payment.intentId, amountMinor: 2700, metadata: payment.metadata },
          { createdSec },
        ),
      ),
    ),
  );
  const numbers = await Promise.all(
    payments.map(async (payment) => (await tracesOf(app, payment.id)).payment.receiptNumber),
  );
  expect(numbers.toSorted()).toEqual(payments.map((_, i) => `20260704-${String(i + 1).padStart(4, '0')}`));
});

test('a payment settled by a look at Stripe, as its webhooks were lost, equals one settled by webhook; late webhooks add nothing', async () => {
  const { control } = app.simulator;
  control.configure({ settleDelayMs: null });
  const settled: Record<string, Awaited<ReturnType<typeof tracesOf>>> = {};
  const { guest, open } = await guestAt({});
  for (const way of ['webhook', 'look']) {
    const payment = await open();
    if (way === 'look') control.holdWebhooks();
    await payWithCard(app, payment, 'pm_card_visa_debit');
    if (way === 'webhook') await control.waitForDeliveries();
    else expect((await guest.payments.get.query({ paymentId: payment.id })).status).toBe('COMPLETED');
    settled[way] = await tracesOf(app, payment.id);
    const charge = control.state().charges.find((c) => c.payment_intent === payment.intentId);
    expect(settled[way]?.payment.completedAt).toEqual(new Date((charge?.created ?? 0) * 1000));
    if (way === 'look') {
      control.releaseWebhooks();
      await control.waitForDeliveries();
      expect(await tracesOf(app, payment.id)).toEqual(settled.look);
      const events = control.state().events.filter((e) => JSON.stringify(e.data).includes(payment.intentId));
      const states = await Promise.all(
        events.map(async (event) => (await inboxRow(app, event.id))?.state as string),
      );
      expect(new Set(states)).toEqual(new Set(['IGNORED']));
    }
  }
  const comparable = ({ payment, ...rest }: Awaited<ReturnType<typeof tracesOf>>) => {
    const { intentId, chargeId, clientSecret, completedAt, receiptNumber, receiptUrl, ...row } = payment;
    expect([intentId, chargeId, clientSecret, completedAt, receiptNumber, receiptUrl]).not.toContain(null);
    return { ...rest, actions: rest.actions.toSorted(), payment: row };
  };
  const [byWebhook, byLook] = [settled.webhook, settled.look];
  if (!byWebhook || !byLook) throw new Error('both ways must have run');
  expect(comparable(byLook)).toEqual(comparable(byWebhook));
});

test.each([
  ['pm_card_chargeDeclined', 'FAILED'],
  ['pm_card_processing', 'PROCESSING'],
])('a look at Stripe after %s shows what the webhook would have: %s, told once', async (card, status) => {
  const { control } = app.simulator;
  const { guest, open } = await guestAt({});
  const payment = await open();
  control.holdWebhooks();
  await payWithCard(app, payment, card);
  expect((await guest.payments.get.query({ paymentId: payment.id })).status).toBe(status);
  const seen = await tracesOf(app, payment.id);
  await guest.payments.get.query({ paymentId: payment.id });
  control.releaseWebhooks();
  await control.waitForDeliveries();
  const after = await tracesOf(app, payment.id);
  expect(after.live).toEqual(seen.live);
  expect(after.payment).toMatchObject({ status });
});
