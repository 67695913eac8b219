import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { groupOf, guestsTenEach, nth, split, splitScene, stripeIntents } from '../integration/splits/support';
import { newKey, startTestApp, type TestApp } from '../support/app';
import { assertBooksBalance } from '../support/invariants';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.configure({ latencyMs: 0 });
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

test('sixteen changes of a share at once with one key are one change, one call for each intent and sixteen same answers', async () => {
  const scene = await splitScene(app);
  const made = await split(scene.guest, scene.orderId, guestsTenEach(scene));
  const group = await groupOf(scene.staff, made.id);
  // So that the others come while the first is under way.
  app.simulator.control.configure({ latencyMs: 100 });
  const input = {
    groupId: group.id,
    participantId: nth(group, 0).id,
    amountMinor: 1500,
    takenBy: [nth(group, 1).id],
    idempotencyKey: newKey(),
  };
  const answers = await Promise.all(
    Array.from({ length: 16 }, () => scene.staff.splits.changeParticipant.mutate(input)),
  );
  for (const answer of answers)
    expect(answer.participants.map(({ payment }) => payment.totalMinor)).toEqual([1500, 500, 1000]);
  const paths = stripeIntents(app, group).map(([intent]) => `/v1/payment_intents/${intent?.id}`);
  const posts = app.simulator.control.requests().filter(({ method }) => method === 'POST');
  expect(paths.map((path) => posts.filter((post) => post.path === path).length)).toEqual([1, 1, 0]);
});
