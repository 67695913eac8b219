import { randomUUID } from 'node:crypto';
import { allocateEqually } from '@/domain/allocate';
import type { SplitGroupView } from '@/services/splits/view';
import { confirmCard, money, whenStatus } from '../card';
import { expectSame, expectThat } from '../expect';
import { waitFor } from '../wait-for';
import type { Chapter } from './index';

const PEOPLE = ['Anna', 'Ben', 'Cleo'];
const DECLINED = 'pm_card_chargeDeclinedInsufficientFunds';

/** A bill divided among three: all shares are held at once, and a declined card costs nobody else anything. */
export const threeWaySplit: Chapter = {
  title: 'A bill split three ways, with one declined card',
  async tell(stage, story) {
    const { bella } = stage;
    const anna = stage.guestOf(bella, 'Anna');
    const asAnna = stage.as(anna);

    const group = await story.step(
      'Anna splits the bill: three shares that sum to it, one payment and one intent each',
      'platform.orders.sync, splits.create as guest Anna',
      async () => {
        const order = await stage.order(bella, anna, { margherita: 2, tiramisu: 1 });
        const value = await asAnna.splits.create.mutate({
          orderId: order.orderId,
          parts: allocateEqually(order.billMinor, PEOPLE.length).map((amountMinor, n) => ({
            name: PEOPLE[n],
            amountMinor,
          })),
          idempotencyKey: randomUUID(),
        });
        expectSame('the sum of the shares', sum(value), order.billMinor);
        expectThat(
          value.participants.every(({ payment }) => payment.clientSecret !== null),
          'a client secret for each share',
        );
        for (const { payment } of value.participants) stage.notePayment(payment.id);
        const shares = value.participants.map(({ amountMinor }) => money(amountMinor, value.currency));
        return {
          answered: `${money(value.totalMinor, value.currency)} = ${shares.join(' + ')}, all held`,
          value,
        };
      },
    );
    const [annas, bens, cleos] = group.participants;
    if (!annas || !bens || !cleos) throw new Error('the group has three participants');

    await story.step(
      'Anna and Cleo pay at the same time; Ben’s bank declines his card',
      'confirm three intents at once, one with card 4000 0000 0000 9995',
      async () => {
        await Promise.all([
          confirmCard(stage, annas.payment, 'pm_card_visa'),
          confirmCard(stage, bens.payment, DECLINED),
          confirmCard(stage, cleos.payment, 'pm_card_mastercard'),
        ]);
        await whenStatus(asAnna, bens.payment.id, 'FAILED');
        const seen = await waitFor('two of three shares are paid', async () => {
          const now = await asAnna.splits.get.query({ groupId: group.id });
          return now.paidCount === PEOPLE.length - 1 ? now : null;
        });
        expectSame('the group', seen.state, 'OPEN');
        return {
          answered: `2 of 3 paid, ${money(seen.paidMinor, seen.currency)} here, ${money(seen.remainingMinor, seen.currency)} still held by Ben`,
          value: null,
        };
      },
    );

    await story.step(
      'Ben pays his share with another card, and the group is complete',
      'confirm the same intent with card 4000 0566 5566 5556 (Visa debit)',
      async () => {
        const answer = await confirmCard(stage, bens.payment, 'pm_card_visa_debit');
        expectSame('the intent', answer.intent?.status, 'succeeded');
        const done = await waitFor('the group is complete', async () => {
          const now = await asAnna.splits.get.query({ groupId: group.id });
          return now.isComplete ? now : null;
        });
        expectSame('what remains', done.remainingMinor, 0);
        const order = await asAnna.orders.get.query({ orderId: group.orderId });
        expectSame('the order', order.isPaid, true);
        return {
          answered: `COMPLETED: 3 of 3, ${money(done.paidMinor, done.currency)}; the order is paid to the cent`,
          value: null,
        };
      },
    );
  },
};

function sum(group: SplitGroupView): number {
  return group.participants.reduce((all, { amountMinor }) => all + amountMinor, 0);
}
