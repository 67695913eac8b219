import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, newKey, refusalOf, seedRestaurant } from '../../support/app';
import { settle, sync } from '../processor-money/support';
import { paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { itemsOf, runNow } from './support';

const DAY_MS = 86_400_000;

let stage: RecoveryStage;
let owner: Client;
let admin: Client;
beforeAll(async () => {
  stage = await startStage();
  owner = await stage.app.asOwner(stage.at.ownerId);
  admin = await stage.app.asAdmin();
});
afterAll(async () => {
  // The books are audited at the end: what was planted goes first.
  for (const [paymentId, moreMinor] of changed) await change(paymentId, -moreMinor);
  await stage.app.database.pool.query(`DELETE FROM processor_transactions WHERE id LIKE 'txn_%-%'`);
  await stage.stop();
});

const changed = new Map<string, number>();
const run = () => runNow(stage, owner, { restaurantId: stage.at.restaurantId });
const why = () => ({ reason: 'Looked into it', idempotencyKey: newKey() });
const work = () => owner.reconciliation.discrepancies;

/** A payment of 27.00 whose charge the processor put into its balance with so much more; found by a run. */
async function wrongAmount(moreMinor = 500) {
  const payment = await paidPayment(stage);
  await settle(stage);
  await sync(stage);
  await change(payment.id, moreMinor);
  await run();
  const { items } = await work().list.query({ paymentId: payment.id });
  expect(items).toHaveLength(1);
  const discrepancyId = items[0]?.id ?? '';
  return { payment, discrepancyId, found: items[0] };
}

function change(paymentId: string, moreMinor: number) {
  changed.set(paymentId, (changed.get(paymentId) ?? 0) + moreMinor);
  return stage.app.database.pool.query(
    `UPDATE processor_transactions SET gross_amount = gross_amount + $2, net_amount = net_amount + $2 WHERE payment_id = $1`,
    [paymentId, moreMinor],
  );
}

const audited = async (discrepancyId: string) =>
  (
    await stage.app.database.pool.query(
      `SELECT action, actor, details FROM audit_log WHERE subject_type = 'discrepancy' AND subject_id = $1 ORDER BY created_at, id`,
      [discrepancyId],
    )
  ).rows;

describe('the work list', () => {
  test('a discrepancy says type, finer reason, both amounts and the facts it was judged by', async () => {
    const { discrepancyId, found, payment } = await wrongAmount();
    expect(found).toMatchObject({
      type: 'AMOUNT_MISMATCH',
      reason: 'CHARGE_AMOUNT_DIFFERS',
      severity: 'LOW',
      state: 'OPEN',
      way: 'PROCESSOR',
      orderId: payment.orderId,
      currency: 'USD',
      expectedMinor: 2700,
      actualMinor: 3200,
      description: expect.stringContaining('another amount'),
    });
    const detail = await work().get.query({ discrepancyId });
    expect(detail.facts).toMatchObject({
      chargeCount: 1,
      isCaptured: true,
      transactionIds: [expect.stringMatching(/^txn_/)],
    });
  });

  test('each action has who and why, in its history and in the audit log, words in the erasable one alone', async () => {
    const { discrepancyId } = await wrongAmount();
    await work().assign.mutate({ discrepancyId, userId: stage.at.staffId, ...why() });
    await work().note.mutate({ discrepancyId, ...why() });
    await work().accept.mutate({ discrepancyId, ...why() });
    const detail = await work().reopen.mutate({ discrepancyId, ...why() });
    expect(detail).toMatchObject({ state: 'OPEN', assignedTo: stage.at.staffId, resolution: null });
    expect(detail.actions.map((one) => [one.action, one.actor, one.reason])).toEqual(
      ['ASSIGNED', 'NOTED', 'ACCEPTED', 'REOPENED'].map((action) => [
        action,
        `user:${stage.at.ownerId}`,
        'Looked into it',
      ]),
    );
    const rows = await audited(discrepancyId);
    expect(rows.map((row) => row.action)).toEqual([
      'discrepancy.assigned',
      'discrepancy.noted',
      'discrepancy.accepted',
      'discrepancy.reopened',
    ]);
    expect(JSON.stringify(rows)).not.toContain('Looked into it');
    expect((await work().list.query({ assignedTo: stage.at.staffId })).items.map((one) => one.id)).toContain(
      discrepancyId,
    );
    expect((await work().list.query({ assignedTo: 'nobody' })).items.map((one) => one.id)).not.toContain(
      discrepancyId,
    );
  });

  test('accepted, it stays away from run to run, and comes back when its facts change', async () => {
    const { discrepancyId, payment } = await wrongAmount();
    await work().accept.mutate({ discrepancyId, ...why() });
    await run();
    expect(await work().get.query({ discrepancyId })).toMatchObject({
      state: 'RESOLVED',
      resolution: 'ACCEPTED',
    });
    await change(payment.id, 1);
    expect((await run()).newCount).toBe(1);
    const back = await work().get.query({ discrepancyId });
    expect(back).toMatchObject({ state: 'OPEN', resolution: null, actualMinor: 3201 });
    expect(back.actions.map((one) => one.action)).toEqual(['ACCEPTED', 'CAME_BACK']);
    await change(payment.id, -501);
    await run();
    expect(await work().get.query({ discrepancyId })).toMatchObject({
      state: 'RESOLVED',
      resolution: 'VANISHED',
    });
    // What was right again and is wrong once more is no old story.
    await change(payment.id, 501);
    await run();
    expect(await work().get.query({ discrepancyId })).toMatchObject({ state: 'OPEN' });
    await change(payment.id, -501);
  });

  test('corrected by a refund: the money goes back by the refund’s own verb, once', async () => {
    const { discrepancyId, payment } = await wrongAmount(-2000);
    const input = { discrepancyId, by: { kind: 'REFUND' as const, amountMinor: 100 }, ...why() };
    const resolved = await work().resolve.mutate(input);
    expect(resolved).toMatchObject({
      state: 'RESOLVED',
      resolution: 'CORRECTED',
      resolvedBy: `user:${stage.at.ownerId}`,
    });
    expect(await work().resolve.mutate(input)).toMatchObject({ state: 'RESOLVED' });
    const refunds = await owner.refunds.list.query({ paymentId: payment.id });
    expect(refunds.items).toMatchObject([{ refundMinor: 100 }]);
    expect(resolved.actions.at(-1)).toMatchObject({
      action: 'CORRECTED',
      details: { by: 'REFUND', refundId: refunds.items[0]?.id },
    });
    await settle(stage);
  });

  test('tied to another one, both are one case', async () => {
    const [first, second] = [await wrongAmount(), await wrongAmount()];
    const to = { kind: 'DISCREPANCY' as const, discrepancyId: second.discrepancyId };
    const linked = await work().link.mutate({ discrepancyId: first.discrepancyId, to, ...why() });
    expect(linked.actions.at(-1)).toMatchObject({
      action: 'LINKED',
      details: { discrepancyId: second.discrepancyId },
    });
  });

  test('what an event has found is the same case for a run, not a second one', async () => {
    const payment = await paidPayment(stage);
    await settle(stage);
    await sync(stage);
    const { pool } = stage.app.database;
    await pool.query(
      `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, description)
       VALUES ($1, $2, $3, 'DUPLICATE_PAYMENT', 'ANOTHER_INTENT', 'CRITICAL', $4, $5, 'A second intent took money.')`,
      [newKey(), `unmatched:pi_${payment.id}`, stage.at.restaurantId, payment.id, payment.orderId],
    );
    await pool.query(
      `INSERT INTO processor_transactions (id, type, reporting_category, gross_amount, fee_amount, net_amount, currency, available_on,
         occurred_at, payment_id, restaurant_id, posted_at)
       VALUES ($1, 'charge', 'charge', 2700, 0, 2700, 'USD', now(), now(), $2, $3, now())`,
      [`txn_${payment.id}`, payment.id, stage.at.restaurantId],
    );
    const { id } = await run();
    const item = (await itemsOf(owner, id)).find((one) => one.paymentId === payment.id);
    const { items } = await work().list.query({ paymentId: payment.id });
    expect(items).toHaveLength(1);
    expect(item).toMatchObject({ class: 'DUPLICATE', discrepancyId: items[0]?.id });
  });
});

describe('what an event has found', () => {
  /** An open discrepancy of a payment, as an event opens it. */
  async function found(paymentId: string, factKey: string, reason: string): Promise<string> {
    const id = newKey();
    await stage.app.database.pool.query(
      `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, description)
       SELECT $1, $2, restaurant_id, 'AMOUNT_MISMATCH', $3, 'CRITICAL', id, order_id, 'Something does not fit.' FROM payments WHERE id = $4`,
      [id, factKey, reason, paymentId],
    );
    return id;
  }
  const stateOf = async (discrepancyId: string) => (await work().get.query({ discrepancyId })).resolution;
  const closes = async (discrepancyId: string, settled: () => Promise<unknown>) => {
    await run();
    expect(await stateOf(discrepancyId)).toBeNull();
    await settled();
    await run();
    const closed = await work().get.query({ discrepancyId });
    expect(closed).toMatchObject({
      state: 'RESOLVED',
      resolution: 'VANISHED',
      resolvedBy: 'system:reconciliation',
    });
    expect(closed.actions.at(-1)).toMatchObject({ action: 'VANISHED', actor: 'system:reconciliation' });
    expect((await audited(discrepancyId)).at(-1)).toMatchObject({ action: 'discrepancy.vanished' });
  };
  async function settledPayment() {
    const payment = await paidPayment(stage);
    await settle(stage);
    await sync(stage);
    return payment;
  }
  /** A movement of another intent of the payment, planted. */
  const move = (paymentId: string, intentId: string, category: string, grossMinor: number) =>
    stage.app.database.pool.query(
      `INSERT INTO processor_transactions (id, type, reporting_category, source_id, gross_amount, fee_amount, net_amount, currency,
         available_on, occurred_at, payment_id, restaurant_id, posted_at, intent_id, charge_id)
       VALUES ($1, $2, $2, $1, $3, 0, $3, 'USD', now() - interval '2 days', now() - interval '2 days', $4, $5, now(), $6::text, 'ch_' || $6::text)`,
      [`txn_${randomUUID()}`, category, grossMinor, paymentId, stage.at.restaurantId, intentId],
    );

  test.each(['ANOTHER_INTENT', 'SECOND_MONEY', 'AMOUNT_MISMATCH', 'CURRENCY_MISMATCH'])(
    'money that fits no payment (%s) is done with when it went back',
    async (reason) => {
      const payment = await settledPayment();
      const intentId = `pi_${randomUUID()}`;
      const id = await found(payment.id, `unmatched:${intentId}`, reason);
      await move(payment.id, intentId, 'charge', 2700);
      await closes(id, () => move(payment.id, intentId, 'refund', -2700));
      // Nor is anything else left of it: neither the charge nor its refund is a break.
      expect((await work().list.query({ paymentId: payment.id, state: 'OPEN' })).items).toEqual([]);
    },
  );

  test('another amount than asked is done with when the payment was captured by the same intent', async () => {
    const payment = await settledPayment();
    const id = await found(payment.id, `unmatched:${payment.paymentIntentId}`, 'AMOUNT_MISMATCH');
    await run();
    expect(await stateOf(id)).toBe('VANISHED');
  });

  test('what was too much for the bill is done with when the bill keeps no more than it asks for', async () => {
    const payment = await settledPayment();
    const id = await found(payment.id, `over-collected:${payment.id}`, 'OVER_COLLECTED');
    const bill = (delta: number) =>
      stage.app.database.pool.query(
        'UPDATE orders SET subtotal_amount = subtotal_amount + $2 WHERE id = $1',
        [payment.orderId, delta],
      );
    await bill(-100);
    await closes(id, () => bill(100));
    // Too much once more: a case of its own.
    await bill(-100);
    await run();
    expect((await work().list.query({ paymentId: payment.id, state: 'OPEN' })).items).toMatchObject([
      { reason: 'OVER_COLLECTED', way: 'ORDERS' },
    ]);
    await bill(100);
  });

  test('accepted, it stays away as long as runs see the same facts, and comes back with others', async () => {
    const payment = await settledPayment();
    const id = await found(payment.id, `over-collected:${payment.id}`, 'OVER_COLLECTED');
    await stage.app.database.pool.query(`UPDATE discrepancies SET type = 'DUPLICATE_PAYMENT' WHERE id = $1`, [
      id,
    ]);
    const bill = (delta: number) =>
      stage.app.database.pool.query(
        'UPDATE orders SET subtotal_amount = subtotal_amount + $2 WHERE id = $1',
        [payment.orderId, delta],
      );
    await bill(-100);
    await run();
    await work().accept.mutate({ discrepancyId: id, ...why() });
    await run();
    expect(await stateOf(id)).toBe('ACCEPTED');
    await bill(-1);
    expect((await run()).newCount).toBe(1);
    const back = await work().get.query({ discrepancyId: id });
    expect([back.state, back.actions.at(-1)?.action]).toEqual(['OPEN', 'CAME_BACK']);
    await bill(101);
  });

  test('a refund without room, a manual capture, a share that nobody could refund: each by its own fact', async () => {
    const { pool } = stage.app.database;
    const first = await settledPayment();
    const refundId = `re_${randomUUID()}`;
    const excess = await found(first.id, `refund:${refundId}`, 'REFUND_EXCEEDS_PAYMENT');
    const moved = (minor: number) =>
      pool.query(
        `INSERT INTO processor_transactions (id, type, reporting_category, source_id, gross_amount, fee_amount, net_amount, currency,
           available_on, occurred_at, payment_id, restaurant_id, posted_at)
         VALUES ($1, 'refund', 'refund', $2, $3, 0, $3, 'USD', now(), now(), $4, $5, now())`,
        [`txn_${randomUUID()}`, refundId, minor, first.id, stage.at.restaurantId],
      );
    await moved(-5);
    await closes(excess, () => moved(5));

    const second = await settledPayment();
    const capturable = await found(second.id, 'capturable:pi_x', 'MANUAL_CAPTURE');
    await run();
    expect(await stateOf(capturable)).toBe('VANISHED');

    const third = await settledPayment();
    const share = await found(third.id, `split-refund:${third.id}`, 'SPLIT_REFUND_FAILED');
    await closes(share, async () => {
      await owner.refunds.create.mutate({ paymentId: third.id, ...why() });
      await settle(stage);
      await sync(stage);
    });
  });

  test('money that was to go back: once no more than should be is left, by whatever way it went', async () => {
    const { pool } = stage.app.database;
    const payment = await settledPayment();
    const share = await found(payment.id, `split-refund:${payment.id}:1`, 'SPLIT_REFUND_FAILED');
    const part = await found(payment.id, `refund-failed:${randomUUID()}`, 'REFUND_FAILED');
    await pool.query('UPDATE discrepancies SET expected_amount = $2 WHERE id = $1', [
      part,
      payment.totalMinor - 500,
    ]);
    const giveBack = async (amountMinor: number) => {
      await owner.refunds.create.mutate({ paymentId: payment.id, amountMinor, ...why() });
      await settle(stage);
      await sync(stage);
    };
    await giveBack(499);
    await closes(part, () => giveBack(1));
    await closes(share, () =>
      pool.query(
        `INSERT INTO disputes (id, payment_id, restaurant_id, charge_id, amount, currency, status, reason, has_evidence,
           submission_count, opened_at, closed_at, fact_at, fact_rank)
         VALUES ($1, $2, $3, 'ch_1', $4, 'USD', 'lost', 'fraudulent', FALSE, 0, now(), now(), 1, 1)`,
        [`dp_${randomUUID()}`, payment.id, stage.at.restaurantId, payment.totalMinor - 500],
      ),
    );
  });
});

describe('refusals', () => {
  const refused = async (call: Promise<unknown>) => (await refusalOf(call)).appCode;

  test('what is resolved is not worked on, what is open not reopened, and a key says one thing', async () => {
    const { discrepancyId } = await wrongAmount();
    expect(await refused(work().reopen.mutate({ discrepancyId, ...why() }))).toBe('DISCREPANCY_OPEN');
    const input = { discrepancyId, ...why() };
    await work().accept.mutate(input);
    expect(await work().accept.mutate(input)).toMatchObject({ state: 'RESOLVED' });
    expect(await refused(work().accept.mutate({ ...input, reason: 'Another' }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await refused(work().accept.mutate({ discrepancyId, ...why() }))).toBe('DISCREPANCY_RESOLVED');
    const by = { kind: 'ELSEWHERE' as const };
    expect(await refused(work().resolve.mutate({ discrepancyId, by, ...why() }))).toBe(
      'DISCREPANCY_RESOLVED',
    );
    const refund = { kind: 'REFUND' as const };
    expect(await refused(work().resolve.mutate({ discrepancyId, by: refund, ...why() }))).toBe(
      'DISCREPANCY_RESOLVED',
    );
    const userId = stage.at.staffId;
    expect(await refused(work().assign.mutate({ discrepancyId, userId, ...why() }))).toBe(
      'DISCREPANCY_RESOLVED',
    );
    const to = { kind: 'PAYOUT' as const, payoutId: 'po_1' };
    expect(await refused(work().link.mutate({ discrepancyId, to, ...why() }))).toBe('DISCREPANCY_RESOLVED');
  });

  test('a correction that changes nothing is none, and leaves it open', async () => {
    const { discrepancyId } = await wrongAmount();
    const refresh = { kind: 'REFRESH_PAYMENT' as const };
    expect(await refused(work().resolve.mutate({ discrepancyId, by: refresh, ...why() }))).toBe(
      'NOT_CORRECTABLE',
    );
    const tooMuch = { kind: 'REFUND' as const, amountMinor: 9_999_999 };
    expect(await refused(work().resolve.mutate({ discrepancyId, by: tooMuch, ...why() }))).toBe(
      'REFUND_EXCEEDS_REMAINING',
    );
    const replay = { kind: 'REPLAY_EVENT' as const, eventId: 'evt_unknown' };
    expect(await refused(work().resolve.mutate({ discrepancyId, by: replay, ...why() }))).toBe('FORBIDDEN');
    const asAdmin = admin.reconciliation.discrepancies.resolve.mutate({
      discrepancyId,
      by: replay,
      ...why(),
    });
    expect(await refused(asAdmin)).toBe('NOT_CORRECTABLE');
    const to = { kind: 'PAYOUT' as const, payoutId: 'po_1' };
    expect(await refused(work().link.mutate({ discrepancyId, to, ...why() }))).toBe('NOT_CORRECTABLE');
    expect(await refused(work().assign.mutate({ discrepancyId, userId: 'nobody-here', ...why() }))).toBe(
      'INVALID_INPUT',
    );
    expect(await refused(work().note.mutate({ discrepancyId, ...why(), reason: '  ' }))).toBe(
      'INVALID_INPUT',
    );
    expect(await work().get.query({ discrepancyId })).toMatchObject({ state: 'OPEN' });
  });

  test('another restaurant’s is not there', async () => {
    const { discrepancyId } = await wrongAmount();
    const elsewhere = await seedRestaurant(await stage.app.asService());
    const other = (await stage.app.asOwner(elsewhere.ownerId)).reconciliation.discrepancies;
    expect(await refused(other.get.query({ discrepancyId }))).toBe('NOT_FOUND');
    expect(await refused(other.accept.mutate({ discrepancyId, ...why() }))).toBe('NOT_FOUND');
    const to = { kind: 'DISCREPANCY' as const, discrepancyId: newKey() };
    expect(await refused(work().link.mutate({ discrepancyId, to, ...why() }))).toBe('NOT_FOUND');
  });
});

test('severity rises with age', async () => {
  const { discrepancyId } = await wrongAmount(-900);
  stage.clock.move(8 * DAY_MS);
  try {
    await run();
    expect(await work().get.query({ discrepancyId })).toMatchObject({ severity: 'MEDIUM' });
  } finally {
    stage.clock.reset();
  }
});
