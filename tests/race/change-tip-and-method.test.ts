import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { settlePendingShare } from '@/services/payments/settle-pending-share';
import { systemContext } from '@/services/system-context';
import { intentsOf, pay, rows, setScene } from '../integration/payments/support';
import { groupOf, guestsTenEach, nth, split, splitScene } from '../integration/splits/support';
import { refusedWith } from '../integration/table-sessions/support';
import { type Client, newKey, payWithCard, startTestApp, type TestApp, waitForStatus } from '../support/app';
import { heldCheckpoints } from '../support/held-checkpoints';
import { assertBooksBalance } from '../support/invariants';

/** A change of tip whose answer comes late, while the payment goes to cash and back to another intent. */

const points = heldCheckpoints();
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    env: { STRIPE_REQUESTS_PER_SECOND: '1000' },
    app: { checkpoint: points.checkpoint },
  });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const changeTip = (client: Client, paymentId: string, tipMinor: number) =>
  client.payments.changeTip.mutate({ paymentId, tipMinor, idempotencyKey: newKey() });

const changeMethod = (client: Client, paymentId: string, method: 'CARD' | 'CASH') =>
  client.payments.changeMethod.mutate({ paymentId, method, idempotencyKey: newKey() });

const stored = async (paymentId: string) =>
  (
    await rows<{ provider: string; pending: number | null }>(
      app,
      'SELECT provider, pending_tip_amount AS pending FROM payments WHERE id = $1',
      [paymentId],
    )
  )[0];

/** A change of tip to 5.00 that the processor has taken; its answer is heard when it is let go. */
async function slowChange(guest: Client, paymentId: string) {
  const { reached, release } = points.holdNextAt('amount.after-processor-answered');
  const answer = changeTip(guest, paymentId, 500);
  await reached;
  return {
    finish: () => {
      release();
      return answer;
    },
  };
}

test('while a change to cash is under way the tip is refused: the next intent is asked for what the payment says', async () => {
  const { guest, orderId } = await setScene(app);
  const { id, paymentIntentId } = await pay(guest, orderId);
  app.simulator.control.addFault({
    kind: 'rate_limit',
    method: 'POST',
    pathPattern: `/v1/payment_intents/${paymentIntentId}/cancel`,
  });
  expect(await refusedWith(changeMethod(guest, id, 'CASH'))).toMatchObject({
    appCode: 'PROCESSOR_UNAVAILABLE',
  });
  app.simulator.control.clearFaults();
  expect(await refusedWith(changeTip(guest, id, 500))).toMatchObject({
    code: 'CONFLICT',
    appCode: 'CREATION_IN_PROGRESS',
  });
  expect(intentsOf(app, id)).toMatchObject([{ amount: 2700 }]);
  await changeMethod(guest, id, 'CASH');
  expect((await changeTip(guest, id, 200)).totalMinor).toBe(2900);
});

test('a change to cash that a process of an earlier version let begin drops the tip that the cancelled intent had', async () => {
  const { guest, orderId } = await setScene(app);
  const { id, paymentIntentId } = await pay(guest, orderId);
  const slow = await slowChange(guest, id);
  await rows(app, "UPDATE payments SET pending_method = 'CASH' WHERE id = $1", [id]);
  app.simulator.control.dashboardCancel({ paymentIntent: paymentIntentId ?? '' });
  await app.simulator.control.waitForDeliveries();
  expect(await stored(id)).toEqual({ provider: 'CASH', pending: null });
  const card = await changeMethod(guest, id, 'CARD');
  await slow.finish();
  await payWithCard(app, card);
  expect(await waitForStatus(guest, id, 'COMPLETED')).toMatchObject({ totalMinor: 2700, tipMinor: 0 });
});

test('a late answer about an intent that the payment no longer has does not change what the next one is asked for', async () => {
  const { guest, orderId } = await setScene(app);
  const { id, paymentIntentId } = await pay(guest, orderId);
  const slow = await slowChange(guest, id);
  await rows(app, "UPDATE payments SET pending_method = 'CASH' WHERE id = $1", [id]);
  app.simulator.control.dashboardCancel({ paymentIntent: paymentIntentId ?? '' });
  await app.simulator.control.waitForDeliveries();
  const card = await changeMethod(guest, id, 'CARD');
  // As an earlier version left it.
  await rows(app, 'UPDATE payments SET pending_tip_amount = 500 WHERE id = $1', [id]);
  await slow.finish();
  expect(await guest.payments.get.query({ paymentId: id })).toMatchObject({ totalMinor: 2700, tipMinor: 0 });
  await payWithCard(app, card);
  expect(await waitForStatus(guest, id, 'COMPLETED')).toMatchObject({ totalMinor: 2700, tipMinor: 0 });
  expect(await rows(app, 'SELECT 1 FROM discrepancies WHERE payment_id = $1', [id])).toEqual([]);
});

test('an intent that the payment does not have says nothing about a change of its share either', async () => {
  const scene = await splitScene(app);
  const group = await split(scene.guest, scene.orderId, guestsTenEach(scene));
  const { id, paymentIntentId } = nth(await groupOf(scene.guest, group.id), 0).payment;
  app.simulator.control.addFault({
    kind: 'server_error',
    method: 'POST',
    pathPattern: `/v1/payment_intents/${paymentIntentId}`,
  });
  const growing = scene.staff.splits.changeParticipant.mutate({
    groupId: group.id,
    participantId: nth(group, 0).id,
    amountMinor: 1500,
    takenBy: [nth(group, 1).id],
    idempotencyKey: newKey(),
  });
  expect(await refusedWith(growing)).toMatchObject({ appCode: 'PROCESSOR_OUTCOME_UNKNOWN' });
  const { deps } = app.server.app;
  const answer = await deps.processor.retrieveIntent(paymentIntentId ?? '');
  if (answer.kind !== 'ok') throw new Error('the processor does not answer');
  const [change] = await rows<{ sequence: number }>(
    app,
    'SELECT change_sequence AS sequence FROM payments WHERE id = $1',
    [id],
  );
  const another = { ...answer.value, id: 'pi_of_another', amountMinor: 1500 };
  const settled = await settlePendingShare(systemContext(deps, 'janitor'), id, {
    sequence: change?.sequence ?? 0,
    intent: another,
  });
  expect(settled).toBe(false);
  expect(await scene.guest.payments.get.query({ paymentId: id })).toMatchObject({ totalMinor: 1000 });
  expect(intentsOf(app, id)).toMatchObject([{ amount: 1000 }]);
});
