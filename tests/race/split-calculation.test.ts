import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import type { SplitType } from '@/domain/split-calculation';
import { intentsOf, rows } from '../integration/payments/support';
import {
  changeOwn,
  getSplit,
  payShare,
  type SplitScene,
  setSplit,
  sharesOf,
  splitEvents,
  splitTable,
} from '../integration/split-calculations/support';
import { billOf, payTable } from '../integration/table-sessions/support';
import { newKey, payWithCard, startTestApp, type TestApp, waitFor } from '../support/app';
import { assertBooksBalance } from '../support/invariants';
import { webhooksApplied } from '../support/webhooks-applied';

const ROUNDS = inject('testSize') === 'full' ? 100 : 3;
const TYPES: SplitType[] = ['EQUAL', 'BY_PERCENTAGE', 'BY_AMOUNT', 'BY_ITEMS'];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '10000', LOG_LEVEL: 'error' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

/** A split of each type that covers the whole bill of 10.00. */
async function wholeSplit(scene: SplitScene, type: SplitType) {
  const [a, b, c] = scene.ids;
  const { orders } = await scene.guest.tableSessions.orders.query(scene.on);
  const [first = '', second = ''] = orders.flatMap((order) => order.items.map((item) => item.id));
  return {
    type,
    percentages: [
      { guestPublicId: a, sharePpm: 333_333 },
      { guestPublicId: b, sharePpm: 333_333 },
      { guestPublicId: c, sharePpm: 333_334 },
    ],
    amounts: [
      { guestPublicId: a, amountMinor: 500 },
      { guestPublicId: b, amountMinor: 299 },
      { guestPublicId: c, amountMinor: 201 },
    ],
    items: [
      { itemId: first, guestPublicIds: [a] },
      { itemId: second, guestPublicIds: [b, c] },
    ],
  };
}

test.each(TYPES)(
  '%s: payers at once, each with many taps, pay exactly their shares and the bill is exactly 0',
  async (type) => {
    for (let round = 0; round < ROUNDS; round++) {
      const scene = await splitTable(app);
      const split = await setSplit(scene.guest, scene, await wholeSplit(scene, type));
      expect(split.isComplete).toBe(true);
      const taps = await Promise.allSettled(
        [...scene.payers, ...scene.payers].map((payer) => payShare(payer, scene)),
      );
      expect(taps.filter((tap) => tap.status === 'rejected')).toEqual([]);
      const payments = taps.flatMap((tap) => (tap.status === 'fulfilled' ? [tap.value] : []));
      expect(payments.map((payment) => payment.totalMinor)).toEqual([...sharesOf(split), ...sharesOf(split)]);
      expect(new Set(payments.map((payment) => payment.id)).size).toBe(3);
      await Promise.all(payments.slice(0, 3).map((payment) => payWithCard(app, payment)));
      await waitFor('the bill is paid', async () => {
        await app.simulator.control.waitForDeliveries();
        await Promise.all(scene.payers.map((payer) => payer.tableSessions.paymentStatus.query(scene.on)));
        for (const { id } of payments) await scene.staff.payments.get.query({ paymentId: id });
        return (await billOf(scene.staff, scene.session)).summary.remainingMinor === 0 ? true : null;
      });
      const received = payments
        .slice(0, 3)
        .flatMap((payment) => intentsOf(app, payment.id))
        .reduce((sum, intent) => sum + intent.amount_received, 0);
      expect(received).toBe(1000);
    }
  },
);

test('payers of shares, of other amounts and staff’s cash at once never collect more than the bill', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await splitTable(app);
    const [guest, mate, third] = scene.payers;
    await setSplit(guest, scene, await wholeSplit(scene, TYPES[round % TYPES.length] ?? 'EQUAL'));
    const toTheEnd = async (opening: ReturnType<typeof payTable>) => {
      const payment = await opening;
      if (payment.method === 'CASH')
        await scene.staff.cash.confirm.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
      else await payWithCard(app, payment);
    };
    await Promise.allSettled([
      toTheEnd(payShare(guest, scene)),
      toTheEnd(payTable(mate, scene.session, { shareMinor: 450, method: 'CASH' })),
      toTheEnd(payShare(third, scene, { method: 'CASH' })),
      toTheEnd(payTable(scene.staff, scene.session, { shareMinor: 300, method: 'CASH' })),
      setSplit(mate, scene, { type: 'EQUAL' }),
      toTheEnd(payShare(mate, scene)),
    ]);
    await webhooksApplied(app);
    const { summary } = await billOf(scene.staff, scene.session);
    expect(summary.paidMinor).toBeLessThanOrEqual(1000);
    const asked = (await getSplit(guest, scene)).shares.filter((share) => share.status !== 'PAID');
    expect(asked.reduce((sum, share) => sum + share.shareMinor, 0)).toBeLessThanOrEqual(
      summary.remainingMinor,
    );
  }
  expect(await rows(app, 'SELECT * FROM discrepancies')).toEqual([]);
});

test('edits at once: nobody’s own value is lost, the last type counts whole, event times rise strictly', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await splitTable(app);
    const [a, b] = scene.ids;
    await setSplit(scene.guest, scene, { type: 'BY_PERCENTAGE' });
    await Promise.all(
      scene.payers.map((payer, i) =>
        changeOwn(payer, scene, { sharePpm: [500_000, 300_000, 200_000][i] ?? 0 }),
      ),
    );
    expect(sharesOf(await getSplit(scene.guest, scene))).toEqual([500, 300, 200]);

    const whole = [
      { type: 'EQUAL' as const },
      { type: 'BY_AMOUNT' as const, amounts: [{ guestPublicId: a, amountMinor: 1000 }] },
      { type: 'BY_PERCENTAGE' as const, percentages: [{ guestPublicId: b, sharePpm: 1_000_000 }] },
    ];
    const seen: string[] = [];
    const edits = whole.flatMap((input) => scene.payers.map((payer) => setSplit(payer, scene, input)));
    const reads = Array.from({ length: 6 }, async () => {
      const split = await getSplit(scene.third, scene);
      seen.push(`${split.type} ${sharesOf(split).join()}`);
    });
    await Promise.all([...edits, ...reads]);
    const possible = [
      'BY_PERCENTAGE 500,300,200',
      'EQUAL 334,333,333',
      'BY_AMOUNT 1000,0,0',
      'BY_PERCENTAGE 0,1000,0',
    ];
    for (const split of seen) expect(possible).toContain(split);
    const last = await getSplit(scene.guest, scene);
    expect(possible.slice(1)).toContain(`${last.type} ${sharesOf(last).join()}`);
    const events = await splitEvents(app, scene);
    const times = events.map((event) => event.at);
    expect(times).toEqual([...new Set(times)].sort());
    expect(events.at(-1)).toMatchObject({ splitType: last.type, at: last.stampedAt });
  }
});

test('of lock, other settings and payers at once the payers are charged what is frozen', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const ends = await Promise.allSettled([
      scene.guest.splitCalculations.lock.mutate({ ...scene.on, idempotencyKey: newKey() }),
      setSplit(scene.mate, scene, { type: 'EQUAL', participants: [scene.ids[0], scene.ids[1]] }),
      payShare(scene.guest, scene),
      payShare(scene.mate, scene),
    ]);
    const [, , first, second] = ends;
    const split = await getSplit(scene.guest, scene);
    for (const [i, end] of [first, second].entries()) {
      if (end?.status !== 'fulfilled') continue;
      expect(end.value).toMatchObject({ totalMinor: split.shares[i]?.shareMinor });
    }
    expect(split.shares.reduce((sum, share) => sum + share.shareMinor, 0)).toBe(1000);
  }
});
