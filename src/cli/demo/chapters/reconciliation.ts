import { randomUUID } from 'node:crypto';
import type { ItemView, RunView } from '@/services/reconciliation/schemas';
import { confirmCard, money, whenPaid } from '../card';
import { expectSame, expectThat } from '../expect';
import { plant } from '../plant';
import type { Stage } from '../stage';
import { waitFor } from '../wait-for';
import type { Chapter } from './index';

const REFUND_MINOR = 300;
const MORE_MINOR = 125;
const FOREIGN_MINOR = 4_200;
const DAY_MS = 86_400_000;

/** Three things go wrong at the processor; a run finds exactly these, and closes them when they are put right. */
export const reconciliation: Chapter = {
  title: 'Reconciliation finds a missing refund, a wrong amount and a foreign charge',
  async tell(stage, story) {
    const { bella, admin } = stage;
    const currency = bella.place.currency;

    const paid = (guestName: string) => async () => {
      const guest = stage.guestOf(bella, guestName);
      const { orderId } = await stage.order(bella, guest, { margherita: 1 });
      const client = stage.as(guest);
      const created = await client.payments.create.mutate({ orderId, idempotencyKey: randomUUID() });
      stage.notePayment(created.id);
      await confirmCard(stage, created, 'pm_card_visa');
      const value = await whenPaid(client, created.id);
      await waitFor(`the fee of ${guestName}’s payment is in the books`, async () =>
        (await stage.books.postingsOf(value.id)).some(({ account }) => account === 'PROCESSOR_FEES')
          ? true
          : null,
      );
      return { answered: `${money(value.totalMinor, value.currency)} COMPLETED, its fee booked`, value };
    };
    const first = await story.step('Luca pays by card', 'payments.create, confirm', paid('Luca'));
    const second = await story.step('Anna pays by card', 'payments.create, confirm', paid('Anna'));

    const before = await story.step(
      'Everything of these days against the processor, the payouts, the bank and the drawers',
      'reconciliation.start, runs.get, as admin',
      async () => {
        const value = await finished(stage);
        const lines = value.totals.map(
          ({ way, currency: of, classes, remainderMinor }) =>
            `${way.padEnd(9)} ${of} ${classes.map((one) => `${one.count} ${one.class}`).join(', ')}; remainder ${money(remainderMinor, of)}`,
        );
        expectThat(
          value.totals.every(({ remainderMinor }) => remainderMinor === 0),
          'no unexplained remainder',
        );
        return { answered: lines.join('\n'), value };
      },
    );

    const planted = await story.step(
      'At the processor: a refund that we do not know, another amount, a charge of nobody',
      'planted into its list of movements',
      async () => {
        const value = await plant(stage.env, {
          refundOf: first.id,
          refundMinor: REFUND_MINOR,
          amountOf: second.id,
          moreMinor: MORE_MINOR,
          foreignMinor: FOREIGN_MINOR,
          currency,
        });
        const of = (minor: number) => money(minor, currency);
        return { answered: `${of(-REFUND_MINOR)}, ${of(MORE_MINOR)} too much, ${of(FOREIGN_MINOR)}`, value };
      },
    );

    try {
      await story.step('The next run finds exactly these', 'reconciliation.start, runs.items', async () => {
        const run = await finished(stage);
        expectSame('what is new', run.newCount, 3);
        expectSame('what does not fit', run.breakCount, before.breakCount + 3);
        const subjects = [
          `movement:${planted.refundTransactionId}`,
          `charge:${second.id}`,
          `movement:${planted.foreignTransactionId}`,
        ];
        const items = await itemsOf(stage, run.id);
        const value = subjects.map((subject) => items.find((item) => item.subject === subject));
        expectSame(
          'the reasons',
          value.map((item) => item?.reason),
          ['UNKNOWN_REFUND', 'CHARGE_AMOUNT_DIFFERS', 'FOREIGN_CHARGE'],
        );
        const differences = value.map((item) => (item?.theirsMinor ?? 0) - (item?.oursMinor ?? 0));
        expectSame('the differences, to the cent', differences, [-REFUND_MINOR, MORE_MINOR, FOREIGN_MINOR]);
        const told = value.map((item) => `${item?.class}, ${item?.severity}: ${item?.description}`);
        return { answered: told.join('\n'), value };
      });
    } finally {
      await planted.pull();
    }

    await story.step(
      'It is put right at the processor: they close themselves',
      'reconciliation.start',
      async () => {
        const value = await finished(stage);
        expectSame('what does not fit', value.breakCount, before.breakCount);
        const { items } = await admin.reconciliation.discrepancies.list.query({ paymentId: second.id });
        expectSame(
          'the wrong amount',
          items.map((one) => one.resolution),
          ['VANISHED'],
        );
        return { answered: 'all three RESOLVED, with their history', value: items };
      },
    );
  },
};

/** A run over yesterday, today and tomorrow, once the worker has done it. */
async function finished({ admin }: Stage): Promise<RunView> {
  const day = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
  const { id } = await admin.reconciliation.start.mutate({
    fromDay: day(-1),
    toDay: day(1),
    idempotencyKey: randomUUID(),
  });
  return waitFor('the run is done', async () => {
    const run = await admin.reconciliation.runs.get.query({ runId: id });
    if (run.state === 'FAILED') throw new Error(run.failure ?? 'the run failed');
    return run.state === 'FINISHED' ? run : null;
  });
}

async function itemsOf({ admin }: Stage, runId: string): Promise<ItemView[]> {
  const items: ItemView[] = [];
  let cursor: string | undefined;
  do {
    const page = await admin.reconciliation.runs.items.query({
      runId,
      limit: 100,
      ...(cursor ? { cursor } : {}),
    });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
