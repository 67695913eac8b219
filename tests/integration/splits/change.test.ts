import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { finishShareChanges } from '@/services/recovery/finish-share-changes';
import { newKey, payWithCard, type TestApp, waitFor, waitForStatus } from '../../support/app';
import { insist } from '../../support/insist';
import { assertBooksBalance } from '../../support/invariants';
import { otherId, rows } from '../payments/support';
import { janitor, type RecoveryStage, startStage } from '../recovery/support';
import { billOf, payTable, refusedWith, tableOfTen } from '../table-sessions/support';
import {
  type Group,
  groupOf,
  guestsTenEach,
  nth,
  payShareOf,
  type SplitScene,
  split,
  splitScene,
  splitTable,
  stripeIntents,
  whenState,
} from './support';

/** Decision 15: changing a share names the open shares that take the difference. */

let stage: RecoveryStage;
let app: TestApp;
beforeAll(async () => {
  // Longer than the simulator needs on a busy machine: what hangs here is meant to.
  stage = await startStage({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '2500' } });
  app = stage.app;
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => stage.stop());

async function threeGuests(): Promise<SplitScene & { group: Group }> {
  const scene = await splitScene(app);
  const key = newKey();
  const group = await insist(() => split(scene.guest, scene.orderId, guestsTenEach(scene), key));
  return { ...scene, group };
}

interface Wanted {
  amountMinor?: number;
  tipMinor?: number;
  takenBy?: number[];
  idempotencyKey?: string;
}

function change(scene: { staff: SplitScene['staff']; group: Group }, n: number, wanted: Wanted) {
  const { takenBy, ...more } = wanted;
  return scene.staff.splits.changeParticipant.mutate({
    groupId: scene.group.id,
    participantId: nth(scene.group, n).id,
    takenBy: takenBy?.map((taker) => nth(scene.group, taker).id) ?? [],
    idempotencyKey: newKey(),
    ...more,
  });
}

const finishChanges = () => finishShareChanges(stage.deps, { afterSec: 0 });
const amounts = (group: Group) => group.participants.map(({ amountMinor }) => amountMinor);
const atStripe = (group: Group) => stripeIntents(app, group).map(([intent]) => intent?.amount);

function fault(kind: 'lost_answer' | 'rate_limit' | 'hang', bodyIncludes: string, times = 1) {
  app.simulator.control.addFault({
    kind,
    times,
    method: 'POST',
    pathPattern: '/v1/payment_intents/*',
    bodyIncludes,
  });
}

describe('a share grows', () => {
  test('by what the named ones give, at Stripe too, with the same client secrets, and all can be paid', async () => {
    const scene = await threeGuests();
    const secrets = stripeIntents(app, scene.group).map(([intent]) => intent?.client_secret);
    const changed = await change(scene, 0, { amountMinor: 1500, takenBy: [1, 2] });
    expect(amounts(changed)).toEqual([1500, 750, 750]);
    expect(atStripe(changed)).toEqual([1500, 750, 750]);
    expect(stripeIntents(app, changed).map(([intent]) => intent?.client_secret)).toEqual(secrets);
    expect((await billOf(scene.guest, scene.session)).summary).toMatchObject({
      heldMinor: 3000,
      availableMinor: 0,
    });
    for (const [n, client] of [scene.guest, scene.mate, scene.third].entries()) {
      await payShareOf(app, client, nth(await groupOf(client, changed.id), n));
    }
    expect(await whenState(scene.guest, changed.id, 'COMPLETED')).toMatchObject({ paidMinor: 3000 });
  });

  test('with a tip of its own', async () => {
    const scene = await threeGuests();
    const changed = await change(scene, 0, { amountMinor: 1200, tipMinor: 300, takenBy: [2] });
    expect(amounts(changed)).toEqual([1200, 1000, 800]);
    expect(nth(changed, 0).tipMinor).toBe(300);
    expect(atStripe(changed)).toEqual([1500, 1000, 800]);
  });

  test('across the orders of a table, to the cent', async () => {
    const table = await tableOfTen(app);
    const group = await splitTable(table.guest, table.session, [334, 333, 333]);
    const changed = await change({ ...table, group }, 1, { amountMinor: 500, takenBy: [0, 2] });
    expect(amounts(changed).reduce((sum, amount) => sum + amount, 0)).toBe(1000);
    expect(nth(changed, 1).amountMinor).toBe(500);
    for (const participant of (await groupOf(table.guest, group.id)).participants)
      await payShareOf(app, table.guest, participant);
    expect((await billOf(table.guest, table.session)).summary).toMatchObject({
      remainingMinor: 0,
      isFullyPaid: true,
    });
  });
});

describe('a share shrinks', () => {
  test('and the named ones take it', async () => {
    const scene = await threeGuests();
    const changed = await change(scene, 2, { amountMinor: 499, takenBy: [0, 1] });
    expect(amounts(changed)).toEqual([1251, 1250, 499]);
    expect(atStripe(changed)).toEqual([1251, 1250, 499]);
  });

  test('a declined one too, and cash without Stripe', async () => {
    const scene = await splitScene(app);
    const group = await split(scene.guest, scene.orderId, [
      { amountMinor: 2000, guestPublicId: scene.publicIds[0] },
      { amountMinor: 1000, method: 'CASH', name: 'Cora' },
    ]);
    const share = nth(group, 0);
    await payWithCard(app, share.payment, 'pm_card_chargeDeclined');
    await waitForStatus(scene.guest, share.payment.id, 'FAILED');
    const changed = await change({ ...scene, group }, 0, { amountMinor: 1800, takenBy: [1] });
    expect(amounts(changed)).toEqual([1800, 1200]);
    expect(nth(changed, 1).payment.totalMinor).toBe(1200);
  });
});

test('a share that was to go back to card and is a cash request still can be changed', async () => {
  const scene = await threeGuests();
  const { id: paymentId } = nth(scene.group, 0).payment;
  const toCash = { paymentId, method: 'CASH' as const, idempotencyKey: newKey() };
  await scene.guest.payments.changeMethod.mutate(toCash);
  // As a crash leaves it that comes between the end of the old intent and the next one.
  await app.database.pool.query("UPDATE payments SET pending_method = 'CARD' WHERE id = $1", [paymentId]);
  const changed = await change(scene, 0, { amountMinor: 700, takenBy: [1] });
  expect(amounts(changed)).toEqual([700, 1300, 1000]);
});

test('only the tip: nobody takes a difference', async () => {
  const scene = await threeGuests();
  const changed = await change(scene, 1, { tipMinor: 150 });
  expect(nth(changed, 1)).toMatchObject({ amountMinor: 1000, tipMinor: 150 });
  expect(atStripe(changed)).toEqual([1000, 1150, 1000]);
  expect(nth(await change(scene, 1, { tipMinor: 0 }), 1).tipMinor).toBe(0);
});

describe('is refused', () => {
  test('with 409 when nobody is named, when who is named has paid, is the share itself, or is too small', async () => {
    const scene = await threeGuests();
    const conflict = { code: 'CONFLICT', appCode: 'SPLIT_CONFLICT' };
    expect(await refusedWith(change(scene, 0, { amountMinor: 1500 }))).toMatchObject(conflict);
    expect(await refusedWith(change(scene, 0, { amountMinor: 1500, takenBy: [0] }))).toMatchObject(conflict);
    expect(await refusedWith(change(scene, 0, { amountMinor: 2000, takenBy: [1] }))).toMatchObject(conflict);
    await payShareOf(app, scene.mate, nth(await groupOf(scene.mate, scene.group.id), 1));
    expect(await refusedWith(change(scene, 0, { amountMinor: 1500, takenBy: [1] }))).toMatchObject(conflict);
    expect(await refusedWith(change(scene, 1, { amountMinor: 1500, takenBy: [0] }))).toMatchObject({
      appCode: 'ILLEGAL_TRANSITION',
    });
    expect(amounts(await groupOf(scene.staff, scene.group.id))).toEqual([1000, 1000, 1000]);
  });

  test('when a card share would fall below the minimum, before anything is changed', async () => {
    const scene = await threeGuests();
    expect(await refusedWith(change(scene, 0, { amountMinor: 1980, takenBy: [1] }))).toMatchObject({
      appCode: 'AMOUNT_BELOW_MINIMUM',
    });
    expect(atStripe(scene.group)).toEqual([1000, 1000, 1000]);
  });

  test('to guests, to other restaurants, for nobody’s share, for nothing, in a group that is over', async () => {
    const scene = await threeGuests();
    const elsewhere = await threeGuests();
    const wanted = { amountMinor: 1200, takenBy: [1] };
    expect(await refusedWith(change({ ...scene, staff: scene.guest }, 0, wanted))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await refusedWith(change({ ...scene, staff: elsewhere.staff }, 0, wanted))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusedWith(change(scene, 0, {}))).toMatchObject({ appCode: 'INVALID_INPUT' });
    const nobody = {
      groupId: scene.group.id,
      participantId: otherId(),
      tipMinor: 1,
      idempotencyKey: newKey(),
    };
    expect(await refusedWith(scene.staff.splits.changeParticipant.mutate(nobody))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    await scene.staff.splits.cancel.mutate({ groupId: scene.group.id, idempotencyKey: newKey() });
    expect(await refusedWith(change(scene, 0, wanted))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  });
});

describe('once', () => {
  test('a repeat with the same key does nothing, also after a later change', async () => {
    const scene = await threeGuests();
    const idempotencyKey = newKey();
    await change(scene, 0, { amountMinor: 1500, takenBy: [1], idempotencyKey });
    await change(scene, 0, { amountMinor: 1000, takenBy: [1] });
    expect(amounts(await change(scene, 0, { amountMinor: 1500, takenBy: [1], idempotencyKey }))).toEqual([
      1000, 1000, 1000,
    ]);
    expect(
      await refusedWith(change(scene, 0, { amountMinor: 1600, takenBy: [1], idempotencyKey })),
    ).toMatchObject({ appCode: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

describe('when the answer is lost', () => {
  test('the larger share is held until it is known, and the janitor ends the change as Stripe says', async () => {
    const scene = await threeGuests();
    fault('lost_answer', 'amount=1500', 5);
    expect(await refusedWith(change(scene, 0, { amountMinor: 1500, takenBy: [1] }))).toMatchObject({
      appCode: 'PROCESSOR_OUTCOME_UNKNOWN',
    });
    app.simulator.control.clearFaults();
    expect((await billOf(scene.guest, scene.session)).summary).toMatchObject({
      heldMinor: 3000,
      availableMinor: 0,
    });
    expect(
      await refusedWith(payTable(scene.staff, scene.session, { shareMinor: 100, method: 'CASH' })),
    ).toMatchObject({
      appCode: 'BALANCE_HELD',
    });
    await janitor(stage, nth(scene.group, 0).payment.id);
    const group = await groupOf(scene.guest, scene.group.id);
    expect(amounts(group)).toEqual([1500, 500, 1000]);
    expect(atStripe(group)).toEqual([1500, 500, 1000]);
  });

  test('the card that pays the new amount settles it, the one that pays the old amount too', async () => {
    for (const isExecuted of [true, false]) {
      const scene = await threeGuests();
      fault(isExecuted ? 'lost_answer' : 'hang', 'amount=1500', 5);
      await refusedWith(change(scene, 0, { amountMinor: 1500, takenBy: [1] }));
      app.simulator.control.clearFaults();
      const share = nth(await groupOf(scene.guest, scene.group.id), 0);
      await payWithCard(app, share.payment);
      await waitForStatus(scene.guest, share.payment.id, 'COMPLETED');
      const group = await groupOf(scene.guest, scene.group.id);
      expect(amounts(group)).toEqual([isExecuted ? 1500 : 1000, 500, 1000]);
      expect(
        await rows(app, 'SELECT 1 FROM discrepancies WHERE payment_id = $1', [share.payment.id]),
      ).toEqual([]);
      expect((await billOf(scene.guest, scene.session)).summary.availableMinor).toBe(isExecuted ? 0 : 500);
    }
  });

  test('a crash in the middle: the repeat with the same key finishes it', async () => {
    const scene = await threeGuests();
    const idempotencyKey = newKey();
    stage.dieAt('amount.after-processor-answered');
    await change(scene, 0, { amountMinor: 1500, takenBy: [1], idempotencyKey }).catch(() => undefined);
    await janitor(stage, nth(scene.group, 1).payment.id);
    const changed = await change(scene, 0, { amountMinor: 1500, takenBy: [1], idempotencyKey });
    expect(amounts(changed)).toEqual([1500, 500, 1000]);
    expect(atStripe(changed)).toEqual([1500, 500, 1000]);
  });

  test('a crash between two shares: the janitor makes the bill whole, without any repeat', async () => {
    const scene = await threeGuests();
    const idempotencyKey = newKey();
    stage.dieAt('share.between-steps');
    const wanted = { amountMinor: 1500, takenBy: [1, 2], idempotencyKey };
    await change(scene, 0, wanted).catch(() => undefined);
    expect(amounts(await groupOf(scene.guest, scene.group.id))).toEqual([1000, 750, 1000]);
    expect(await refusedWith(change(scene, 1, { tipMinor: 100 }))).toMatchObject({
      appCode: 'CREATION_IN_PROGRESS',
    });
    await finishChanges();
    const whole = await groupOf(scene.guest, scene.group.id);
    expect(amounts(whole)).toEqual([1500, 750, 750]);
    expect(atStripe(whole)).toEqual([1500, 750, 750]);
    // A late repeat finds it done, also after what has followed.
    await change(scene, 0, { amountMinor: 1000, takenBy: [1, 2] });
    expect(amounts(await change(scene, 0, wanted))).toEqual([1000, 1000, 1000]);
    expect(await finishChanges()).toBe(0);
  });

  test('a crash between two shares, then the one that should grow is paid: the janitor puts the others back', async () => {
    const scene = await threeGuests();
    stage.dieAt('share.between-steps');
    await change(scene, 0, { amountMinor: 1500, takenBy: [1, 2] }).catch(() => undefined);
    await payShareOf(app, scene.guest, nth(await groupOf(scene.guest, scene.group.id), 0));
    await finishChanges();
    const whole = await groupOf(scene.guest, scene.group.id);
    expect(amounts(whole)).toEqual([1000, 1000, 1000]);
    expect(atStripe(whole)).toEqual([1000, 1000, 1000]);
    expect(await finishChanges()).toBe(0);
  });

  test('a crash between two shares, then somebody else pays what is free: nothing is collected twice', async () => {
    const scene = await threeGuests();
    stage.dieAt('share.between-steps');
    await change(scene, 0, { amountMinor: 1500, takenBy: [1] }).catch(() => undefined);
    const extra = await payTable(scene.staff, scene.session, { shareMinor: 500, method: 'CASH' });
    await finishChanges();
    const group = await groupOf(scene.guest, scene.group.id);
    expect(amounts(group)).toEqual([1000, 500, 1000]);
    expect(extra.totalMinor).toBe(500);
    expect(await finishChanges()).toBe(0);
    expect((await billOf(scene.guest, scene.session)).summary.availableMinor).toBe(0);
    // Every share is paid, but together they are less than what was divided.
    for (const [n, client] of [scene.guest, scene.mate, scene.third].entries())
      await payShareOf(app, client, nth(await groupOf(client, group.id), n));
    expect(await whenState(scene.guest, group.id, 'INCOMPLETE')).toMatchObject({
      paidMinor: 2500,
      remainingMinor: 500,
    });
  });

  test('a crash, then the group is called off: the change is over too', async () => {
    const scene = await threeGuests();
    stage.dieAt('share.between-steps');
    await change(scene, 0, { amountMinor: 1500, takenBy: [1] }).catch(() => undefined);
    await scene.staff.splits.cancel.mutate({ groupId: scene.group.id, idempotencyKey: newKey() });
    await whenState(scene.guest, scene.group.id, 'CANCELLED');
    await finishChanges();
    expect(await finishChanges()).toBe(0);
  });

  test('a processor that is busy from the start leaves nothing behind: another change may follow', async () => {
    const scene = await threeGuests();
    fault('rate_limit', 'amount=500', 5);
    expect(await refusedWith(change(scene, 0, { amountMinor: 1500, takenBy: [1] }))).toMatchObject({
      appCode: 'PROCESSOR_UNAVAILABLE',
    });
    app.simulator.control.clearFaults();
    expect(await finishChanges()).toBe(0);
    expect(amounts(await change(scene, 0, { amountMinor: 1200, takenBy: [2] }))).toEqual([1200, 1000, 800]);
  });

  test('what came to nothing is planned anew by its repeat: the shares may be others by then', async () => {
    const scene = await threeGuests();
    const wanted = { amountMinor: 1500, takenBy: [1], idempotencyKey: newKey() };
    fault('rate_limit', 'amount=500', 5);
    await refusedWith(change(scene, 0, wanted));
    app.simulator.control.clearFaults();
    await change(scene, 1, { amountMinor: 1200, takenBy: [2] });
    const changed = await change(scene, 0, wanted);
    expect(amounts(changed)).toEqual([1500, 700, 800]);
    expect(atStripe(changed)).toEqual([1500, 700, 800]);
    expect(amounts(await change(scene, 0, wanted))).toEqual([1500, 700, 800]);
  });

  test('meanwhile neither tip nor method can be changed', async () => {
    const scene = await threeGuests();
    fault('lost_answer', 'amount=1500', 5);
    await refusedWith(change(scene, 0, { amountMinor: 1500, takenBy: [1] }));
    const { id: paymentId } = nth(scene.group, 0).payment;
    const busy = { appCode: 'CREATION_IN_PROGRESS' };
    expect(
      await refusedWith(
        scene.guest.payments.changeTip.mutate({ paymentId, tipMinor: 1, idempotencyKey: newKey() }),
      ),
    ).toMatchObject(busy);
    expect(
      await refusedWith(
        scene.guest.payments.changeMethod.mutate({ paymentId, method: 'CASH', idempotencyKey: newKey() }),
      ),
    ).toMatchObject(busy);
    expect(await refusedWith(change(scene, 0, { tipMinor: 1 }))).toMatchObject(busy);
    app.simulator.control.clearFaults();
    await janitor(stage, paymentId);
  });
});

test('paid in this very moment: the others get back what they gave', async () => {
  const scene = await threeGuests();
  const share = nth(await groupOf(scene.guest, scene.group.id), 0);
  app.simulator.control.holdWebhooks();
  await payWithCard(app, share.payment);
  const refused = await refusedWith(change(scene, 0, { amountMinor: 1500, takenBy: [1, 2] }));
  expect(refused).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  app.simulator.control.releaseWebhooks();
  await waitForStatus(scene.guest, share.payment.id, 'COMPLETED');
  const group = await waitFor('all as before', async () => {
    const seen = await groupOf(scene.guest, scene.group.id);
    return seen.paidCount === 1 ? seen : null;
  });
  expect(amounts(group)).toEqual([1000, 1000, 1000]);
  expect(atStripe(group)).toEqual([1000, 1000, 1000]);
});

/** The first guest pays in the very moment in which the share is changed. */
async function refusedByPayer(scene: SplitScene & { group: Group }, wanted: Wanted): Promise<void> {
  const share = nth(await groupOf(scene.guest, scene.group.id), 0);
  app.simulator.control.holdWebhooks();
  await payWithCard(app, share.payment);
  expect(await refusedWith(change(scene, 0, wanted))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  app.simulator.control.releaseWebhooks();
  await waitForStatus(scene.guest, share.payment.id, 'COMPLETED');
}

describe('a change that had set a tip too and failed', () => {
  /** The share gives up 4.00 and tips 3.00 instead of 1.00, but who should take the 4.00 pays in this very moment. */
  async function failedWithTip(meanwhile: (scene: SplitScene & { group: Group }) => Promise<unknown>) {
    const scene = await splitScene(app);
    const [first, ...others] = guestsTenEach(scene);
    if (!first) throw new Error('nobody sits there');
    const group = await split(scene.guest, scene.orderId, [{ ...first, tipMinor: 100 }, ...others]);
    const taker = nth(await groupOf(scene.mate, group.id), 1);
    // The processor is told of the first step only: the second waits for the janitor.
    stage.dieAt('share.between-steps');
    await change({ ...scene, group }, 0, { amountMinor: 600, tipMinor: 300, takenBy: [1] }).catch(
      () => undefined,
    );
    expect(nth(await groupOf(scene.guest, group.id), 0)).toMatchObject({ amountMinor: 600, tipMinor: 300 });
    await payWithCard(app, taker.payment);
    await waitForStatus(scene.mate, taker.payment.id, 'COMPLETED');
    await meanwhile({ ...scene, group });
    await waitFor('the janitor has put it back', async () => (await finishChanges()) === 0);
    return groupOf(scene.guest, group.id);
  }

  test('gives the tip back that was there before', async () => {
    const group = await failedWithTip(async () => undefined);
    expect(nth(group, 0)).toMatchObject({ amountMinor: 1000, tipMinor: 100 });
    expect(atStripe(group)).toEqual([1100, 1000, 1000]);
  });

  test('but not what the guest has tipped since', async () => {
    const group = await failedWithTip((scene) =>
      scene.guest.payments.changeTip.mutate({
        paymentId: nth(scene.group, 0).payment.id,
        tipMinor: 450,
        idempotencyKey: newKey(),
      }),
    );
    expect(nth(group, 0)).toMatchObject({ amountMinor: 1000, tipMinor: 450 });
    expect(atStripe(group)).toEqual([1450, 1000, 1000]);
  });
});

test('a change that failed for good is refused again, however late its repeat, and moves nothing', async () => {
  const scene = await threeGuests();
  const wanted = { amountMinor: 1500, takenBy: [1], idempotencyKey: newKey() };
  await refusedByPayer(scene, wanted);
  await change(scene, 1, { amountMinor: 1200, takenBy: [2] });
  expect(await refusedWith(change(scene, 0, wanted))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  const group = await groupOf(scene.guest, scene.group.id);
  expect(amounts(group)).toEqual([1000, 1200, 800]);
  expect(atStripe(group)).toEqual([1000, 1200, 800]);
});

test('what Stripe is too busy to put back stays with the group until the janitor has put it back', async () => {
  const scene = await threeGuests();
  const wanted = { amountMinor: 1500, takenBy: [1, 2], idempotencyKey: newKey() };
  fault('rate_limit', 'amount=1000', 100);
  await refusedByPayer(scene, wanted);
  expect(amounts(await groupOf(scene.guest, scene.group.id))).toEqual([1000, 750, 750]);
  expect(await refusedWith(change(scene, 1, { tipMinor: 100 }))).toMatchObject({
    appCode: 'CREATION_IN_PROGRESS',
  });
  expect(await refusedWith(change(scene, 0, wanted))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  await finishChanges();
  expect(amounts(await groupOf(scene.guest, scene.group.id))).toEqual([1000, 750, 750]);
  app.simulator.control.clearFaults();
  await waitFor('the janitor has put it back', async () => (await finishChanges()) === 0);
  const group = await groupOf(scene.guest, scene.group.id);
  expect(amounts(group)).toEqual([1000, 1000, 1000]);
  expect(atStripe(group)).toEqual([1000, 1000, 1000]);
});
