import { z } from 'zod';
import { readLetterhead } from '@/db/sql/exports';
import { readZReport } from '@/db/sql/z-reports';
import type { PrintedDocument, PrintedSection } from '@/documents/pdf';
import type { ZCurrency, ZLine } from '@/domain/z-figures';
import { authorizedRestaurant } from '../../authorized-restaurant';
import type { ServiceContext } from '../../context';
import { listZReports } from '../../drawers';
import { toZReportView, type ZDrawer, type ZReportRow, type ZReportView } from '../../drawers/z-view';
import { notVisible } from '../../errors';
import { platformId } from '../../payments/schemas';
import { decimal, moneyIn } from '../amounts';
import { wholeNumber } from '../filters';
import { allPages, exportKind, mapPages } from '../kind';

const filters = z.strictObject({
  restaurantId: platformId,
  /** Of one report; without it: all for spreadsheets, the newest to print. */
  number: wholeNumber.optional(),
});

/** Z-reports as they were made: a line per sum, or a document of one. */
export const zReport = exportKind({
  action: 'drawer.read',
  filters,
  columns: {
    number: 'Number',
    businessDay: 'Business day',
    replaces: 'Replaces',
    madeAt: 'Made (UTC)',
    currency: 'Currency',
    line: 'Line',
    method: 'Method',
    count: 'Count',
    subtotal: 'Subtotal',
    tax: 'Tax',
    tip: 'Tip',
    total: 'Total',
  },
  rows: async (ctx, given) =>
    given.number === undefined
      ? mapPages(
          allPages((cursor) => listZReports(ctx, { restaurantId: given.restaurantId, limit: 100, cursor })),
          rowsOf,
        )
      : (async function* () {
          yield rowsOf(await readReport(ctx, given));
        })(),
  print: async (ctx, given) => printed(ctx, await readReport(ctx, given)),
});

async function readReport(ctx: ServiceContext, given: z.output<typeof filters>): Promise<ZReportView> {
  await authorizedRestaurant(ctx.db, ctx, 'drawer.read', given.restaurantId);
  if (given.number === undefined) {
    const [newest] = (await listZReports(ctx, { restaurantId: given.restaurantId, limit: 1 })).items;
    if (!newest) throw notVisible('Z-report');
    return newest;
  }
  const row = await ctx.db.maybeOne<ZReportRow>(readZReport, [given.restaurantId, given.number]);
  if (row === null) throw notVisible('Z-report');
  return toZReportView(given.restaurantId, row);
}

function rowsOf(report: ZReportView) {
  const head = {
    number: report.number,
    businessDay: report.businessDay,
    replaces: report.replacesNumber,
    madeAt: report.madeAt,
  };
  const none = { method: null, count: null, subtotal: null, tax: null, tip: null };
  const sums = report.currencies.flatMap((of) => {
    const amount = (minor: number) => decimal(minor, of.currency);
    const line = (name: string) => (one: ZLine) => ({
      ...head,
      currency: of.currency,
      line: name,
      method: one.method,
      count: one.count,
      subtotal: amount(one.subtotalMinor),
      tax: amount(one.taxMinor),
      tip: amount(one.tipMinor),
      total: amount(one.totalMinor),
    });
    const sum = (name: string, minor: number) => ({
      ...head,
      ...none,
      currency: of.currency,
      line: name,
      total: amount(minor),
    });
    return [
      ...of.payments.map(line('PAYMENTS')),
      ...of.refunds.map(line('REFUNDS')),
      sum('GROSS', of.grossMinor),
      sum('REFUNDED', of.refundedMinor),
      {
        ...sum('NET', of.netMinor),
        subtotal: amount(of.netSalesMinor),
        tax: amount(of.netTaxMinor),
        tip: amount(of.netTipsMinor),
      },
      ...(of.netGuestCreditMinor === undefined ? [] : [sum('NET GUEST CREDIT', of.netGuestCreditMinor)]),
      sum('NET CASH', of.netCashMinor),
      sum('CASH OUTSIDE DRAWERS', of.cashOutsideDrawersMinor),
    ];
  });
  const drawers = report.drawers.flatMap((drawer) =>
    drawerSums(drawer).map(([name, minor]) => ({
      ...head,
      ...none,
      currency: drawer.currency,
      line: `DRAWER ${name.toUpperCase()}`,
      method: 'CASH',
      total: decimal(minor, drawer.currency),
    })),
  );
  return [...sums, ...drawers];
}

async function printed(ctx: ServiceContext, report: ZReportView): Promise<PrintedDocument> {
  const { name, address, locale } = await ctx.db.one<{
    name: string;
    address: string | null;
    locale: string;
  }>(readLetterhead, [report.restaurantId]);
  const { first, last, count } = report.receipts;
  return {
    title: `Z-report ${report.number}`,
    facts: [
      name,
      ...(address === null ? [] : [address]),
      `Business day ${report.businessDay}`,
      `Made ${report.madeAt} (UTC)`,
      ...(report.replacesNumber === null ? [] : [`Replaces Z-report ${report.replacesNumber}`]),
      first === null ? 'No receipts' : `Receipts ${first} to ${last} (${count})`,
    ],
    sections: [
      ...report.currencies.flatMap((of) => currencySections(of, moneyIn(of.currency, locale))),
      ...report.drawers.map((drawer) => drawerSection(drawer, moneyIn(drawer.currency, locale))),
    ],
  };
}

const AMOUNT = { width: 3, align: 'right' } as const;

function currencySections(of: ZCurrency, money: (minor: number) => string): PrintedSection[] {
  const columns = [
    { label: 'Method', width: 4 },
    { label: 'Count', width: 2, align: 'right' as const },
    { label: 'Subtotal', ...AMOUNT },
    { label: 'Tax', ...AMOUNT },
    { label: 'Tip', ...AMOUNT },
    { label: 'Total', ...AMOUNT },
  ];
  const row = (one: ZLine) => [
    one.method,
    String(one.count),
    ...[one.subtotalMinor, one.taxMinor, one.tipMinor, one.totalMinor].map(money),
  ];
  const count = (lines: readonly ZLine[]) => String(lines.reduce((sum, one) => sum + one.count, 0));
  const total = (lines: readonly ZLine[], minor: number) => ['Total', count(lines), '', '', '', money(minor)];
  return [
    {
      heading: `Payments, ${of.currency}`,
      columns,
      rows: of.payments.map(row),
      total: total(of.payments, of.grossMinor),
    },
    {
      heading: `Refunds, ${of.currency}`,
      columns,
      rows: of.refunds.map(row),
      total: total(of.refunds, of.refundedMinor),
    },
    {
      heading: `Net, ${of.currency}`,
      hasHeader: false,
      columns: SUMS,
      rows: [
        ['Sales', money(of.netSalesMinor)],
        ['Tax', money(of.netTaxMinor)],
        ['Tips', money(of.netTipsMinor)],
        ...(of.netGuestCreditMinor === undefined
          ? []
          : [['Owed to guests', money(of.netGuestCreditMinor)] as const]),
        ['Of the net in cash', money(of.netCashMinor)],
        ['Of that outside drawers', money(of.cashOutsideDrawersMinor)],
      ],
      total: ['Net', money(of.netMinor)],
    },
  ];
}

const SUMS = [
  { label: '', width: 3 },
  { label: '', width: 1, align: 'right' as const },
];

function drawerSection(drawer: ZDrawer, money: (minor: number) => string): PrintedSection {
  return {
    heading: `Cash drawer, opened ${drawer.openedAt} (UTC)`,
    hasHeader: false,
    columns: SUMS,
    rows: drawerSums(drawer).map(([name, minor]) => [name, money(minor)]),
  };
}

function drawerSums(drawer: ZDrawer): [string, number][] {
  return [
    ['Float', drawer.floatMinor],
    ['Cash payments', drawer.cashPaymentsMinor],
    ['Cash refunds', -drawer.cashRefundsMinor],
    ['Paid in', drawer.payInsMinor],
    ['Paid out', -drawer.payOutsMinor],
    ['Expected', drawer.expectedMinor],
    ['Counted', drawer.countedMinor ?? 0],
    ['Difference', drawer.differenceMinor ?? 0],
  ];
}
