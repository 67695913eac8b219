import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertBooksBalance } from '../../support/invariants';
import {
  disputeEvent,
  disputeMovement,
  nowSec,
  type StripeEvent,
  sendWebhook,
  stripeId,
} from '../../support/webhook-sender';
import { paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { booksOf, staffOf, toldOf } from './support';

const SEEDS = 12;

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Ends = { events: StripeEvent[]; status: string; lossMinor: number };

/** The life of a dispute as Stripe tells it; how many of its facts share a second is up to the dice. */
function lifeOf(of: { id: string; intentId: string }, dice: () => number): Ends {
  const isWon = dice() < 0.5;
  const isAppealed = !isWon && dice() < 0.4;
  let at = nowSec() - 100;
  const later = () => {
    if (dice() < 0.5) at += 1 + Math.floor(dice() * 5);
    return at;
  };
  const out = disputeMovement(of.id, -2700, 1500);
  const back = disputeMovement(of.id, 2700, isAppealed ? -1500 : 0);
  const base = { ...of, chargeId: 'ch_1', amountMinor: 2700, dueBySec: at + 864_000 };
  const events = [
    disputeEvent({ ...base, createdSec: later() }),
    disputeEvent({ ...base, what: 'funds_withdrawn', moved: [out], createdSec: later() }),
    disputeEvent({ ...base, what: 'updated', status: 'under_review', moved: [out], createdSec: later() }),
  ];
  if (isWon) {
    events.push(
      disputeEvent({ ...base, what: 'closed', status: 'won', moved: [out], createdSec: later() }),
      disputeEvent({
        ...base,
        what: 'funds_reinstated',
        status: 'won',
        moved: [out, back],
        createdSec: later(),
      }),
    );
    return { events, status: 'won', lossMinor: 0 };
  }
  events.push(disputeEvent({ ...base, what: 'closed', status: 'lost', moved: [out], createdSec: later() }));
  if (!isAppealed) return { events, status: 'lost', lossMinor: 2700 };
  events.push(
    disputeEvent({
      ...base,
      what: 'updated',
      status: 'appeal_under_review',
      moved: [out],
      createdSec: later(),
    }),
    disputeEvent({ ...base, what: 'closed', status: 'won', moved: [out, back], createdSec: later() }),
  );
  return { events, status: 'won', lossMinor: 0 };
}

function shuffled<T>(items: readonly T[], dice: () => number): T[] {
  return items
    .map((item) => ({ item, at: dice() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
  'the facts of a dispute shuffled, repeated, within one second and at the same time end alike (seed %i)',
  async (seed) => {
    const dice = diceOf(seed);
    const payment = await paidPayment(stage);
    const disputeId = stripeId('dp');
    const { events, status, lossMinor } = lifeOf({ id: disputeId, intentId: payment.intentId }, dice);
    const deliveries = shuffled([...events, ...events, ...events], dice);
    while (deliveries.length > 0) {
      const together = deliveries.splice(0, 1 + Math.floor(dice() * 3));
      const answers = await Promise.all(together.map((event) => sendWebhook(stage.app, event)));
      expect(answers.map((answer) => answer.status)).toEqual(together.map(() => 200));
    }
    const dispute = await (await staffOf(stage)).disputes.get.query({ disputeId });
    expect(dispute).toMatchObject({
      status,
      isOpen: false,
      funds: [{ withdrawnMinor: 2700, reinstatedMinor: 2700 - lossMinor }],
    });
    const books = await booksOf(stage, payment.id);
    expect(books.DISPUTE_LOSSES).toBe(lossMinor);
    expect(books.DISPUTE_FEES).toBe(dispute.funds[0]?.feeMinor);
    const told = await toldOf(stage, payment.id);
    expect(told.filter((one) => one.startsWith('dispute:created'))).toHaveLength(1);
    expect(told.length).toBeLessThanOrEqual(events.length);
    const { rows } = await stage.app.database.pool.query(
      `SELECT state FROM webhook_events WHERE object_id = $1 AND state NOT IN ('APPLIED', 'IGNORED')`,
      [disputeId],
    );
    expect(rows).toEqual([]);
  },
);
