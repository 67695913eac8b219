import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { finishShareChanges } from '@/services/recovery/finish-share-changes';
import { newKey, waitFor } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { rows } from '../payments/support';
import { type RecoveryStage, startStage } from '../recovery/support';
import { type Group, groupOf, groupPaidBy, nth, payShareOf, type SplitScene, stripeIntents } from './support';

/** A node that stalls while it changes shares, and wakes up when others have gone on. */

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '2500' } });
});
afterEach(async () => {
  await stage.app.simulator.control.waitForDeliveries();
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

type Three = SplitScene & { group: Group };

/** The n-th participant shall pay so much, at the cost of these; the process dies after the first of the shares. */
async function beginChange(
  { staff, group }: Three,
  n: number,
  amountMinor: number,
  takenBy: number[],
): Promise<void> {
  stage.dieAt('share.between-steps');
  await staff.splits.changeParticipant
    .mutate({
      groupId: group.id,
      participantId: nth(group, n).id,
      amountMinor,
      takenBy: takenBy.map((taker) => nth(group, taker).id),
      idempotencyKey: newKey(),
    })
    .catch(() => undefined);
}

/** A node that finishes changes as the janitor does, and stops where it has taken so many shares, until it is woken. */
async function stalledAfter(shares: number): Promise<{ wake: () => Promise<unknown> }> {
  let wakeUp = () => {};
  const woken = new Promise<void>((resolve) => {
    wakeUp = resolve;
  });
  let finished: Promise<unknown> = Promise.resolve();
  await new Promise<void>((fallAsleep) => {
    let left = shares;
    const checkpoint = async (name: string) => {
      if (name === 'share.between-steps') left -= 1;
      if (name !== 'share.between-steps' || left !== 0) return;
      fallAsleep();
      await woken;
    };
    finished = finishShareChanges({ ...stage.deps, checkpoint }, { afterSec: 0 });
  });
  const wake = () => {
    wakeUp();
    return finished;
  };
  return { wake };
}

const finish = () => finishShareChanges(stage.deps, { afterSec: 0 });
const untilOver = () => waitFor('every change has ended', async () => (await finish()) === 0);

async function amountsOf({ guest, group }: Three) {
  const now = await groupOf(guest, group.id);
  const amounts = now.participants.map(({ amountMinor }) => amountMinor);
  expect(stripeIntents(stage.app, now).map(([intent]) => intent?.amount)).toEqual(amounts);
  return amounts;
}

async function isChanging({ group }: Three): Promise<boolean> {
  const found = await rows(
    stage.app,
    'SELECT 1 FROM split_groups WHERE id = $1 AND pending_change IS NOT NULL',
    [group.id],
  );
  return found.length === 1;
}

test('who finishes a change late does not end the next one: it is finished too', async () => {
  const three = await groupPaidBy(stage.app, 0);
  await beginChange(three, 0, 1500, [1]);
  const late = await stalledAfter(2);
  await untilOver();
  await beginChange(three, 0, 600, [1]);
  await late.wake();
  expect(await isChanging(three)).toBe(true);
  await untilOver();
  expect(await amountsOf(three)).toEqual([600, 1400, 1000]);
});

test('who finishes a change late takes no share of it back into the next one', async () => {
  const three = await groupPaidBy(stage.app, 0);
  await beginChange(three, 0, 1500, [1, 2]);
  const late = await stalledAfter(1);
  await untilOver();
  await beginChange(three, 0, 600, [1, 2]);
  await untilOver();
  const after = await amountsOf(three);
  expect(after.reduce((sum, amount) => sum + amount, 0)).toBe(3000);
  await late.wake();
  expect(await amountsOf(three)).toEqual(after);
});

test('who goes on late with a change that failed leaves its putting back to whoever is at it', async () => {
  const three = await groupPaidBy(stage.app, 0);
  await beginChange(three, 0, 1500, [1, 2]);
  const late = await stalledAfter(2);
  // The share that should grow is paid: the change fails, and its putting back gets no answer.
  await payShareOf(stage.app, three.guest, nth(await groupOf(three.guest, three.group.id), 0));
  stage.app.simulator.control.addFault({
    kind: 'rate_limit',
    method: 'POST',
    pathPattern: '/v1/payment_intents/*',
    bodyIncludes: 'amount=1000',
  });
  await finish();
  await late.wake();
  expect(await isChanging(three)).toBe(true);
  stage.app.simulator.control.clearFaults();
  await untilOver();
  expect(await amountsOf(three)).toEqual([1000, 1000, 1000]);
});
