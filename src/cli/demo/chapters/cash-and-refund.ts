import { randomUUID } from 'node:crypto';
import { money } from '../card';
import { withToken } from '../clients';
import { expectSame, expectThat } from '../expect';
import type { Chapter } from './index';

const FLOAT_MINOR = 15_000;
const TIP_MINOR = 400;
/** What Sam counts less than he should. */
const SHORT_MINOR = 50;

/** Drawer with float -> cash with change -> a part given back -> counted -> Z-report of the day. */
export const cashAndRefund: Chapter = {
  title: 'Cash with change, a part of it given back, and the drawer counted',
  async tell(stage, story) {
    const { bella } = stage;
    const restaurantId = bella.place.id;
    const sam = withToken(stage.baseUrl, stage.tokens.staff);
    const luca = stage.guestOf(bella, 'Luca');
    const on = () => ({ restaurantId, idempotencyKey: randomUUID() });

    await story.step(
      'Sam opens the cash drawer with its float',
      `cash.drawer.open { floatMinor: ${FLOAT_MINOR} } as staff Sam`,
      async () => {
        // An earlier run that was interrupted may have left it open.
        const left = await sam.cash.drawer.current.query({ restaurantId });
        if (left)
          await sam.cash.drawer.close.mutate({ ...on(), countedMinor: Math.max(0, left.expectedMinor) });
        const value = await sam.cash.drawer.open.mutate({ ...on(), floatMinor: FLOAT_MINOR });
        return { answered: `OPEN, ${money(value.expectedMinor, value.currency)} should lie in it`, value };
      },
    );

    const asked = await story.step(
      'Luca asks to pay in cash, with a tip',
      `cash.request { orderId, tipMinor: ${TIP_MINOR} } as guest Luca`,
      async () => {
        const { orderId } = await stage.order(bella, luca, { margherita: 1, tiramisu: 1 });
        const value = await stage
          .as(luca)
          .cash.request.mutate({ orderId, tipMinor: TIP_MINOR, idempotencyKey: randomUUID() });
        stage.notePayment(value.id);
        expectSame('the status', value.status, 'PENDING');
        return {
          answered: `PENDING, ${money(value.totalMinor, value.currency)}: only staff can say that it was paid`,
          value,
        };
      },
    );
    const tenderedMinor = Math.ceil(asked.totalMinor / 5000) * 5000;
    const changeMinor = tenderedMinor - asked.totalMinor;

    await story.step(
      `Sam takes ${money(tenderedMinor, asked.currency)} and gives change`,
      `cash.confirm { tenderedMinor: ${tenderedMinor}, changeMinor: ${changeMinor} } as staff Sam`,
      async () => {
        const paymentId = asked.id;
        const value = await sam.cash.confirm.mutate({
          paymentId,
          tenderedMinor,
          changeMinor,
          idempotencyKey: randomUUID(),
        });
        expectSame('the status', value.status, 'COMPLETED');
        const change = money(changeMinor, value.currency);
        return { answered: `COMPLETED, receipt ${value.receiptNumber}, change ${change}`, value };
      },
    );

    const refund = await story.step(
      'The tiramisù was off: Sam gives its price back and takes it off the bill',
      'refunds.create { part: "BILL", amountMinor: 1050, reduceBill: true } as staff Sam',
      async () => {
        const value = await sam.refunds.create.mutate({
          paymentId: asked.id,
          part: 'BILL',
          amountMinor: 1050,
          reduceBill: true,
          reason: 'Tiramisù was off',
          idempotencyKey: randomUUID(),
        });
        expectSame('the status', value.status, 'COMPLETED');
        const order = await stage.as(luca).orders.get.query({ orderId: asked.orderId });
        expectSame('the order', [order.paymentState, order.remainingMinor], ['PAID', 0]);
        const payment = await stage.as(luca).payments.get.query({ paymentId: asked.id });
        expectSame('the payment', payment.status, 'PARTIALLY_REFUNDED');
        expectSame('what Luca sees of the staff’s words', payment.refundReason, null);
        return {
          answered: `COMPLETED at once, ${money(value.refundMinor, value.currency)} back; the order stays PAID, nothing is due again`,
          value,
        };
      },
    );

    const closed = await story.step(
      'Sam counts the drawer: something is missing',
      'cash.drawer.current, then cash.drawer.close { countedMinor } as staff Sam',
      async () => {
        const drawer = await sam.cash.drawer.current.query({ restaurantId });
        const expectedMinor = FLOAT_MINOR + asked.totalMinor - refund.refundMinor;
        expectSame('what should lie in it', drawer?.expectedMinor, expectedMinor);
        const value = await sam.cash.drawer.close.mutate({
          ...on(),
          countedMinor: expectedMinor - SHORT_MINOR,
        });
        expectSame('the difference', value.differenceMinor, -SHORT_MINOR);
        const of = (minor: number) => money(minor, value.currency);
        return {
          answered: `expected ${of(value.expectedMinor)}, counted ${of(value.countedMinor ?? 0)}, ${of(SHORT_MINOR)} short`,
          value,
        };
      },
    );

    await story.step(
      'The Z-report of the business day',
      'cash.drawer.zReport, twice, as staff Sam',
      async () => {
        const value = await sam.cash.drawer.zReport.mutate(on());
        const again = await sam.cash.drawer.zReport.mutate(on());
        expectSame('the number, asked again', again.number, value.number);
        const day = value.currencies.find((c) => c.currency === asked.currency);
        expectThat(day !== undefined, 'figures in the restaurant’s currency');
        expectSame(
          'sales, tax, tips and what is owed to guests',
          day.netSalesMinor + day.netTaxMinor + day.netTipsMinor + (day.netGuestCreditMinor ?? 0),
          day.netMinor,
        );
        expectThat(
          value.drawers.some((d) => d.id === closed.id && d.differenceMinor === -SHORT_MINOR),
          'the drawer just counted',
        );
        const of = (minor: number) => money(minor, day.currency).padStart(11);
        const lines = [
          `number ${value.number}, ${value.businessDay}, receipts ${value.receipts.first} to ${value.receipts.last}`,
          ...day.payments.map((l) => `${`${l.method}, ${l.count} payments`.padEnd(24)} ${of(l.totalMinor)}`),
          ...day.refunds.map((l) => `${`${l.method}, ${l.count} refunds`.padEnd(24)} ${of(-l.totalMinor)}`),
          `${'net'.padEnd(24)} ${of(day.netMinor)}`,
          `${'of that tax'.padEnd(24)} ${of(day.netTaxMinor)}`,
          `${'of that tips'.padEnd(24)} ${of(day.netTipsMinor)}`,
        ];
        return { answered: lines.join('\n'), value };
      },
    );
  },
};
