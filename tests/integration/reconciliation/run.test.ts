import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newKey, refusalOf, seedRestaurant } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { disputedPayment } from '../disputes/support';
import { settle, sync } from '../processor-money/support';
import { paidPayment, type RecoveryStage, refund, startStage } from '../recovery/support';
import { aroundNow, breaksOf, itemsOf, runNow } from './support';

const HOUR_MS = 3_600_000;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.clock.reset());
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

test('a day on which everything fits matches to the cent, on every way, and leaves no remainder', async () => {
  const owner = await stage.app.asOwner(stage.at.ownerId);
  const payment = await paidPayment(stage);
  await settle(stage);
  await refund(stage, { paymentId: payment.id, amountMinor: 700 });
  await disputedPayment(stage);
  await settle(stage);
  stage.app.simulator.control.createPayout({ currency: 'usd', includePending: true });
  await settle(stage);
  await sync(stage);
  const run = await runNow(stage, owner, { restaurantId: stage.at.restaurantId });
  expect(run).toMatchObject({ state: 'FINISHED', breakCount: 0, failure: null });
  const items = await itemsOf(owner, run.id);
  expect(breaksOf(items)).toEqual([]);
  expect(run.totals.map((total) => [total.way, total.remainderMinor])).toEqual([
    ['ORDERS', 0],
    ['LEDGER', 0],
    ['PROCESSOR', 0],
    ['PAYOUTS', 0],
  ]);
  const processor = run.totals.find((total) => total.way === 'PROCESSOR');
  expect(processor?.classes).toEqual([
    { class: 'MATCHED', count: 4, oursMinor: 2000, theirsMinor: 2000, differenceMinor: 0 },
  ]);
  const admin = await stage.app.asAdmin();
  const all = await runNow(stage, admin);
  expect(breaksOf(await itemsOf(admin, all.id))).toEqual([]);
  expect(all.totals.every((total) => total.remainderMinor === 0)).toBe(true);
  expect(all.totals.map((total) => total.way)).toContain('BANK');
});

test('a second run over the same facts has the same totals and items', async () => {
  const admin = await stage.app.asAdmin();
  const [first, second] = [await runNow(stage, admin), await runNow(stage, admin)];
  expect(second.totals).toEqual(first.totals);
  const facts = async (runId: string) =>
    (await itemsOf(admin, runId))
      .map(({ number: _n, ...item }) => item)
      .sort((a, b) => a.subject.localeCompare(b.subject));
  expect(await facts(second.id)).toEqual(await facts(first.id));
});

test('a late balance transaction is expected for a day, then missing, and closes itself when it comes', async () => {
  const admin = await stage.app.asAdmin();
  stage.app.simulator.control.configure({ settleDelayMs: null });
  const payment = await paidPayment(stage);
  const first = await runNow(stage, admin, { restaurantId: stage.at.restaurantId });
  expect((await itemsOf(admin, first.id)).find((item) => item.paymentId === payment.id)).toMatchObject({
    way: 'PROCESSOR',
    class: 'EXPECTED',
    reason: 'LATE_BALANCE_TRANSACTION',
    oursMinor: 2700,
    theirsMinor: null,
  });
  stage.clock.move(25 * HOUR_MS);
  const second = await runNow(stage, admin, { restaurantId: stage.at.restaurantId });
  expect(second).toMatchObject({ breakCount: 1, newCount: 1 });
  const list = await admin.reconciliation.discrepancies.list.query({ paymentId: payment.id });
  expect(list.items).toMatchObject([
    {
      type: 'MISSING_PAYMENT',
      reason: 'NO_BALANCE_TRANSACTION',
      state: 'OPEN',
      severity: 'MEDIUM',
      expectedMinor: 2700,
    },
  ]);
  const again = await runNow(stage, admin, { restaurantId: stage.at.restaurantId });
  expect(again).toMatchObject({ breakCount: 1, newCount: 0 });
  await settle(stage);
  await sync(stage);
  expect(await runNow(stage, admin, { restaurantId: stage.at.restaurantId })).toMatchObject({
    breakCount: 0,
  });
  const id = list.items[0]?.id ?? '';
  const closed = await admin.reconciliation.discrepancies.get.query({ discrepancyId: id });
  expect(closed).toMatchObject({
    state: 'RESOLVED',
    resolution: 'VANISHED',
    resolvedBy: 'system:reconciliation',
  });
  expect(closed.actions.map((one) => one.action)).toEqual(['VANISHED']);
});

test('an owner runs over their own restaurant and sees nothing of others', async () => {
  const service = await stage.app.asService();
  const elsewhere = await seedRestaurant(service);
  const other = await stage.app.asOwner(elsewhere.ownerId);
  const staff = await stage.app.asStaff(stage.at.staffId);
  const owner = await stage.app.asOwner(stage.at.ownerId);
  const days = { ...aroundNow(), restaurantId: stage.at.restaurantId };
  const start = (client: typeof owner, of: object = days) =>
    client.reconciliation.start.mutate({ ...aroundNow(), ...of, idempotencyKey: newKey() });
  expect(await refusalOf(start(other))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refusalOf(start(staff))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await refusalOf(start(owner, {}))).toMatchObject({ code: 'NOT_FOUND' });
  const run = await runNow(stage, owner, { restaurantId: stage.at.restaurantId });
  expect(await refusalOf(other.reconciliation.runs.get.query({ runId: run.id }))).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await other.reconciliation.runs.list.query({})).items).toEqual([]);
  expect((await other.reconciliation.discrepancies.list.query({})).items).toEqual([]);
});

test('the same call twice is one run; a second one over the same days waits for the first', async () => {
  const admin = await stage.app.asAdmin();
  const input = { ...aroundNow(), restaurantId: stage.at.restaurantId, idempotencyKey: newKey() };
  const [a, b] = [
    await admin.reconciliation.start.mutate(input),
    await admin.reconciliation.start.mutate(input),
  ];
  expect(b.id).toBe(a.id);
  const second = admin.reconciliation.start.mutate({ ...input, idempotencyKey: newKey() });
  expect(await refusalOf(second)).toMatchObject({ appCode: 'RUN_IN_PROGRESS' });
  const backwards = admin.reconciliation.start.mutate({
    ...input,
    fromDay: '2027-01-02',
    toDay: '2027-01-01',
  });
  expect(await refusalOf(backwards)).toMatchObject({ appCode: 'INVALID_INPUT' });
});
