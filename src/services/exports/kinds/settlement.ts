import { z } from 'zod';
import { readLetterhead, readSettlementPage, sumSettlement } from '@/db/sql/exports';
import type { PrintedDocument, PrintedSection } from '@/documents/pdf';
import { businessDayBounds } from '@/domain/business-day';
import { authorizedRestaurant } from '../../authorized-restaurant';
import type { ServiceContext } from '../../context';
import { plainText, platformId } from '../../payments/schemas';
import { decimal, moneyIn } from '../amounts';
import { period } from '../filters';
import { exportKind, mapPages, type Pages } from '../kind';

const PAGE = 500;

const filters = z.strictObject({
  restaurantId: platformId,
  /** Only what this payout paid out. */
  payoutId: plainText(1, 255).optional(),
  ...period,
});
type Filters = z.output<typeof filters>;

type Movement = {
  id: string;
  category: string;
  occurredAt: Date;
  availableOn: Date;
  currency: string;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
  payoutId: string | null;
  payoutStatus: string | null;
  arrivalAt: Date | null;
  sourceId: string | null;
  chargeId: string | null;
  intentId: string | null;
  paymentId: string | null;
  sourceMinor: number | null;
  sourceCurrency: string | null;
  receiptNumber: string | null;
  businessDay: string | null;
  method: string | null;
  cardBrand: string | null;
  cardFunding: string | null;
  wallet: string | null;
  orderNumber: string | null;
};

/**
 * A restaurant's money at the processor, movement by movement: gross, fee and net signed, as Stripe's itemized balance reports
 * have them, and gross and net as debit and credit, as Adyen's settlement details report has them.
 */
export const settlement = exportKind({
  action: 'ledger.read',
  filters,
  columns: {
    id: 'Balance transaction',
    type: 'Type',
    created: 'Creation date (UTC)',
    availableOn: 'Available on (UTC)',
    businessDay: 'Business day of the payment',
    currency: 'Currency',
    gross: 'Gross',
    fee: 'Fee',
    net: 'Net',
    grossDebit: 'Gross debit',
    grossCredit: 'Gross credit',
    netDebit: 'Net debit',
    netCredit: 'Net credit',
    payoutId: 'Payout id',
    payoutStatus: 'Payout status',
    arrival: 'Payout arrival (UTC)',
    merchantReference: 'Merchant reference',
    orderNumber: 'Order number',
    paymentId: 'Payment',
    method: 'Payment method',
    variant: 'Payment method variant',
    funding: 'Card funding',
    sourceId: 'Source id',
    chargeId: 'Charge id',
    intentId: 'Payment intent id',
    guestAmount: 'Guest-facing amount',
    guestCurrency: 'Guest-facing currency',
  },
  rows: async (ctx, given) =>
    mapPages(movements(ctx, await authorizedSpan(ctx, given)), (one) => [rowOf(one)]),
  count: async (ctx, given) => {
    const sums = await ctx.db.query<Sum>(sumSettlement, await authorizedSpan(ctx, given));
    return sums.reduce((rows, { count }) => rows + count, 0);
  },
  print: async (ctx, given) => printed(ctx, given, await authorizedSpan(ctx, given)),
});

type Span = [restaurantId: string, from: Date, before: Date, payoutId: string | null];

async function authorizedSpan(ctx: ServiceContext, given: Filters): Promise<Span> {
  const at = await authorizedRestaurant(ctx.db, ctx, 'ledger.read', given.restaurantId);
  const bounds = (day: string) => businessDayBounds(day, at.timeZone, at.closingHour);
  return [
    at.restaurantId,
    given.fromDay === undefined ? new Date(0) : bounds(given.fromDay).start,
    given.toDay === undefined ? new Date('3000-01-01') : bounds(given.toDay).end,
    given.payoutId ?? null,
  ];
}

async function* movements(ctx: ServiceContext, span: Span): Pages<Movement> {
  let last: Movement | undefined;
  do {
    const page: Movement[] = await ctx.db.query<Movement>(readSettlementPage, [
      ...span,
      last?.occurredAt ?? null,
      last?.id ?? null,
      PAGE,
    ]);
    yield page;
    last = page.length === PAGE ? page.at(-1) : undefined;
  } while (last !== undefined);
}

function rowOf(one: Movement) {
  const amount = (minor: number) => decimal(minor, one.currency);
  const positive = (minor: number) => (minor > 0 ? amount(minor) : null);
  return {
    id: one.id,
    type: one.category,
    created: one.occurredAt.toISOString(),
    availableOn: one.availableOn.toISOString(),
    businessDay: one.businessDay,
    currency: one.currency,
    gross: amount(one.grossMinor),
    fee: amount(one.feeMinor),
    net: amount(one.netMinor),
    grossDebit: positive(-one.grossMinor),
    grossCredit: positive(one.grossMinor),
    netDebit: positive(-one.netMinor),
    netCredit: positive(one.netMinor),
    payoutId: one.payoutId,
    payoutStatus: one.payoutStatus,
    arrival: one.arrivalAt?.toISOString() ?? null,
    merchantReference: one.receiptNumber,
    orderNumber: one.orderNumber,
    paymentId: one.paymentId,
    method: one.wallet ?? one.method,
    variant: one.cardBrand,
    funding: one.cardFunding,
    sourceId: one.sourceId,
    chargeId: one.chargeId,
    intentId: one.intentId,
    guestAmount:
      one.sourceMinor === null || one.sourceCurrency === null
        ? null
        : decimal(one.sourceMinor, one.sourceCurrency),
    guestCurrency: one.sourceCurrency,
  };
}

type Sum = Pick<Movement, 'currency' | 'category' | 'grossMinor' | 'feeMinor' | 'netMinor'> & {
  count: number;
};
const AMOUNT = { width: 3, align: 'right' } as const;

async function printed(ctx: ServiceContext, given: Filters, span: Span): Promise<PrintedDocument> {
  const { name, address, locale } = await ctx.db.one<{
    name: string;
    address: string | null;
    locale: string;
  }>(readLetterhead, [given.restaurantId]);
  const sums = await ctx.db.query<Sum>(sumSettlement, span);
  const currencies = [...new Set(sums.map((sum) => sum.currency))];
  return {
    title: 'Settlement report',
    facts: [
      name,
      ...(address === null ? [] : [address]),
      `${given.fromDay ?? 'The beginning'} to ${given.toDay ?? 'today'}, by the restaurant’s business days`,
      ...(given.payoutId === undefined ? [] : [`Payout ${given.payoutId}`]),
      ...(sums.length === 0 ? ['Nothing moved at the processor.'] : []),
    ],
    sections: [
      ...currencies.map((currency) =>
        summary(
          currency,
          sums.filter((sum) => sum.currency === currency),
          moneyIn(currency, locale),
        ),
      ),
      ...(sums.length === 0 ? [] : [lines(movements(ctx, span), locale)]),
    ],
  };
}

function summary(currency: string, sums: readonly Sum[], money: (minor: number) => string): PrintedSection {
  const of = (key: 'grossMinor' | 'feeMinor' | 'netMinor' | 'count') =>
    sums.reduce((sum, one) => sum + one[key], 0);
  return {
    heading: `Summary, ${currency}`,
    isSummary: true,
    columns: [
      { label: 'Type', width: 4 },
      { label: 'Count', width: 2, align: 'right' },
      { label: 'Gross', ...AMOUNT },
      { label: 'Fee', ...AMOUNT },
      { label: 'Net', ...AMOUNT },
    ],
    rows: sums.map((one) => [
      one.category,
      String(one.count),
      money(one.grossMinor),
      money(one.feeMinor),
      money(one.netMinor),
    ]),
    total: [
      'Total',
      String(of('count')),
      money(of('grossMinor')),
      money(of('feeMinor')),
      money(of('netMinor')),
    ],
  };
}

function lines(pages: Pages<Movement>, locale: string): PrintedSection {
  const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? '';
  return {
    heading: 'Movements',
    columns: [
      { label: 'Date', width: 4 },
      { label: 'Type', width: 4 },
      { label: 'Reference', width: 6 },
      { label: 'Gross', width: 4, align: 'right' },
      { label: 'Fee', width: 3, align: 'right' },
      { label: 'Net', width: 4, align: 'right' },
      { label: 'Available', width: 4 },
      { label: 'Payout', width: 7 },
    ],
    rows: (async function* () {
      for await (const page of pages)
        for (const one of page) {
          const money = moneyIn(one.currency, locale);
          yield [
            day(one.occurredAt),
            one.category,
            one.receiptNumber ?? one.sourceId ?? '',
            money(one.grossMinor),
            money(one.feeMinor),
            money(one.netMinor),
            day(one.availableOn),
            one.payoutId ?? '',
          ];
        }
    })(),
  };
}
