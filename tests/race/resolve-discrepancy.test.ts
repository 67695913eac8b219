import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { refundOverCollected } from '@/services/recovery/refund-over-collected';
import { pay, rows, type Scene, setScene, syncOrder } from '../integration/payments/support';
import { janitor, type RecoveryStage, startStage } from '../integration/recovery/support';
import { type Client, newKey, payWithCard, refusalOf, waitForStatus } from '../support/app';
import { inLanes } from '../support/in-lanes';
import { assertBooksBalance } from '../support/invariants';
import { webhooksApplied } from '../support/webhooks-applied';

/* A case of the work list moves money once, whoever works on it, how often, and whatever dies meanwhile. */

const ROUNDS = inject('testSize') === 'full' ? 100 : 6;
const EXCESS_MINOR = 500;

let stage: RecoveryStage;
let admin: Client;
beforeAll(async () => {
  stage = await startStage({ env: { STRIPE_REQUESTS_PER_SECOND: '10000', STRIPE_TIMEOUT_MS: '5000' } });
  admin = await stage.app.asAdmin();
});
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  await webhooksApplied(stage.app);
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

type Case = Scene & { paymentId: string; discrepancyId: string; owner: Client };

/** 27.00 came for an order that costs 22.00 by then: 5.00 of it are too much. */
async function overCollected(card = 'pm_card_visa'): Promise<Case> {
  const scene = await setScene(stage.app);
  const payment = await pay(scene.guest, scene.orderId);
  await syncOrder(scene, { subtotalMinor: 2000 });
  await payWithCard(stage.app, payment, card);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  const owner = await stage.app.asOwner(scene.at.ownerId);
  const { items } = await owner.reconciliation.discrepancies.list.query({ paymentId: payment.id });
  expect(items).toMatchObject([{ reason: 'OVER_COLLECTED', state: 'OPEN' }]);
  return { ...scene, paymentId: payment.id, discrepancyId: items[0]?.id ?? '', owner };
}

const byRefund = (discrepancyId: string, amountMinor: number | undefined = EXCESS_MINOR) => ({
  discrepancyId,
  by: { kind: 'REFUND' as const, ...(amountMinor > 0 && { amountMinor }) },
  reason: 'Too much',
  idempotencyKey: newKey(),
});
const resolve = (client: Client, input: ReturnType<typeof byRefund>) =>
  client.reconciliation.discrepancies.resolve.mutate(input);
const stateOf = async ({ owner, discrepancyId }: Case) =>
  (await owner.reconciliation.discrepancies.get.query({ discrepancyId })).state;
const look = () => refundOverCollected(stage.deps, { afterSec: 0 });

/** What has gone back of the payment, at Stripe and here. */
async function given({ paymentId }: Pick<Case, 'paymentId'>) {
  await webhooksApplied(stage.app);
  const atStripe = stage.app.simulator.control
    .state()
    .refunds.filter((made) => made.metadata?.paymentId === paymentId && made.status === 'succeeded')
    .map((made) => made.amount);
  const here = await rows<{ minor: number }>(
    stage.app,
    `SELECT refund_amount::int AS minor FROM payment_refunds WHERE payment_id = $1 AND status = 'COMPLETED'`,
    [paymentId],
  );
  expect(here.map(({ minor }) => minor)).toEqual(atStripe);
  return atStripe;
}

/** The codes of the calls that were refused. */
async function refusals(calls: readonly Promise<unknown>[]): Promise<(string | undefined)[]> {
  const ends = await Promise.allSettled(calls);
  return Promise.all(
    ends.flatMap((end) =>
      end.status === 'rejected' ? [refusalOf(Promise.reject(end.reason)).then((r) => r.appCode)] : [],
    ),
  );
}

describe('two people who correct one case by a refund', () => {
  test('at the same time, each with a key of their own: the money goes back once, and one is told so', async () => {
    await inLanes(ROUNDS, 3, async () => {
      const found = await overCollected();
      const { owner, discrepancyId } = found;
      const calls = [owner, admin, owner, admin].map((client) => resolve(client, byRefund(discrepancyId)));
      expect(await refusals(calls)).toEqual(Array(3).fill('DISCREPANCY_RESOLVED'));
      expect(await given(found)).toEqual([EXCESS_MINOR]);
      expect(await stateOf(found)).toBe('RESOLVED');
    });
  });

  test('a double click is one correction with one answer', async () => {
    const found = await overCollected();
    const input = byRefund(found.discrepancyId);
    const [first, second] = await Promise.all([resolve(found.owner, input), resolve(found.owner, input)]);
    expect(first.actions).toEqual(second.actions);
    expect(await given(found)).toEqual([EXCESS_MINOR]);
  });

  test('a process that dies once the refund is stored leaves a closed case: a new key refunds nothing, the janitor sends', async () => {
    const found = await overCollected();
    const input = byRefund(found.discrepancyId);
    stage.dieAt('refund.after-first-transaction');
    await refusals([resolve(found.owner, input)]);
    expect(await refusals([resolve(found.owner, byRefund(found.discrepancyId))])).toEqual([
      'DISCREPANCY_RESOLVED',
    ]);
    await janitor(stage, found.paymentId);
    expect(await given(found)).toEqual([EXCESS_MINOR]);
    expect(await resolve(found.owner, input)).toMatchObject({ state: 'RESOLVED', resolution: 'CORRECTED' });
    expect(await given(found)).toEqual([EXCESS_MINOR]);
  });

  test('a process that dies once Stripe has answered leaves a closed case', async () => {
    const found = await overCollected();
    stage.dieAt('refund.after-processor-answered');
    await refusals([resolve(found.owner, byRefund(found.discrepancyId))]);
    expect(await refusals([resolve(admin, byRefund(found.discrepancyId))])).toEqual(['DISCREPANCY_RESOLVED']);
    expect(await given(found)).toEqual([EXCESS_MINOR]);
  });

  test('cash leaves the drawer once', async () => {
    const scene = await setScene(stage.app);
    const owner = await stage.app.asOwner(scene.at.ownerId);
    const payment = await scene.staff.cash.record.mutate({
      orderId: scene.orderId,
      idempotencyKey: newKey(),
    });
    const discrepancyId = newKey();
    await stage.app.database.pool.query(
      `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, description)
       SELECT $1, $3, restaurant_id, 'AMOUNT_MISMATCH', 'PLANTED', 'LOW', id, order_id, 'Too much.' FROM payments WHERE id = $2`,
      [discrepancyId, payment.id, `planted:${discrepancyId}`],
    );
    const calls = [owner, admin].map((client) => resolve(client, byRefund(discrepancyId)));
    expect(await refusals(calls)).toEqual(['DISCREPANCY_RESOLVED']);
    expect((await owner.payments.get.query({ paymentId: payment.id })).refundedMinor).toBe(EXCESS_MINOR);
  });
});

describe('a refund that does not come about leaves the case open', () => {
  test('refused by Stripe: the same key is told the same, and a new one corrects', async () => {
    const found = await overCollected();
    const input = byRefund(found.discrepancyId);
    stage.app.simulator.control.addFault({
      kind: 'card_declined',
      method: 'POST',
      pathPattern: '/v1/refunds',
      times: 1,
    });
    expect(await refusals([resolve(found.owner, input)])).toEqual(['PROCESSOR_REFUSED']);
    expect(await stateOf(found)).toBe('OPEN');
    expect(await refusals([resolve(found.owner, input)])).toEqual(['PROCESSOR_REFUSED']);
    expect(await resolve(found.owner, byRefund(found.discrepancyId))).toMatchObject({ state: 'RESOLVED' });
    expect(await given(found)).toEqual([EXCESS_MINOR]);
  });

  test('failed at the bank later: the history says that it was reopened, and by which refund', async () => {
    const found = await overCollected('pm_card_refundFail');
    const resolved = await resolve(found.owner, byRefund(found.discrepancyId));
    const { refundId } = resolved.actions.at(-1)?.details ?? {};
    stage.app.simulator.control.runScheduled();
    expect(await given(found)).toEqual([]);
    const { discrepancyId } = found;
    const detail = await found.owner.reconciliation.discrepancies.get.query({ discrepancyId });
    expect(detail.state).toBe('OPEN');
    expect(detail.actions.at(-1)).toMatchObject({ action: 'REOPENED', details: { refundId } });
  });

  test('what a person has decided since stays as it is', async () => {
    const found = await overCollected('pm_card_refundFail');
    const { discrepancies } = found.owner.reconciliation;
    await resolve(found.owner, byRefund(found.discrepancyId));
    const why = () => ({ discrepancyId: found.discrepancyId, reason: 'Looked', idempotencyKey: newKey() });
    await discrepancies.reopen.mutate(why());
    await discrepancies.accept.mutate(why());
    stage.app.simulator.control.runScheduled();
    expect(await given(found)).toEqual([]);
    expect(await stateOf(found)).toBe('RESOLVED');
  });
});

describe('over-collected money goes back once', () => {
  test('a person and the automatic refund at the same time', async () => {
    await inLanes(ROUNDS, 1, async () => {
      const found = await overCollected();
      await refusals([look(), resolve(found.owner, byRefund(found.discrepancyId)), look()]);
      expect(await given(found)).toEqual([EXCESS_MINOR]);
    });
  });

  test('while the automatic refund is under way, and once it is done, a person is told so', async () => {
    const found = await overCollected();
    stage.dieAt('refund.after-first-transaction');
    await look();
    const refused = async () => refusalOf(resolve(found.owner, byRefund(found.discrepancyId)));
    expect(await refused()).toMatchObject({
      appCode: 'NOT_CORRECTABLE',
      message: expect.stringContaining('under way'),
    });
    await janitor(stage, found.paymentId);
    expect(await given(found)).toEqual([EXCESS_MINOR]);
    expect(await refused()).toMatchObject({
      appCode: 'NOT_CORRECTABLE',
      message: expect.stringContaining('0.00 USD'),
    });
    expect(await given(found)).toEqual([EXCESS_MINOR]);
  });

  test('while a person’s correction is under way, nothing is refunded by itself', async () => {
    const found = await overCollected();
    stage.dieAt('refund.after-first-transaction');
    await refusals([resolve(found.owner, byRefund(found.discrepancyId))]);
    await look();
    await janitor(stage, found.paymentId);
    await look();
    expect(await given(found)).toEqual([EXCESS_MINOR]);
  });

  test('two cases of one excess: the second finds nothing that is too much', async () => {
    const found = await overCollected();
    const second = newKey();
    await stage.app.database.pool.query(
      `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, currency, description)
       SELECT $1, $3, restaurant_id, type, reason, severity, payment_id, order_id, currency, description
       FROM discrepancies WHERE id = $2`,
      [second, found.discrepancyId, `over-collected:${second}`],
    );
    const calls = [found.discrepancyId, second].map((id) => resolve(found.owner, byRefund(id)));
    expect(await refusals(calls)).toEqual(['NOT_CORRECTABLE']);
    expect(await given(found)).toEqual([EXCESS_MINOR]);
  });

  test('never more of the bill than is too much: neither all of the payment nor a cent', async () => {
    const found = await overCollected();
    for (const amountMinor of [0, EXCESS_MINOR + 1])
      expect(await refusalOf(resolve(found.owner, byRefund(found.discrepancyId, amountMinor)))).toMatchObject(
        { appCode: 'NOT_CORRECTABLE', message: expect.stringContaining('5.00 USD') },
      );
    expect(await given(found)).toEqual([]);
    expect(await stateOf(found)).toBe('OPEN');
  });
});
