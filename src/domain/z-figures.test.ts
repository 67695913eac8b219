import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numRuns } from '@/domain/test-samples';
import { type DayLine, zCurrencies } from '@/domain/z-figures';

const line = (over: Partial<DayLine>): DayLine => ({
  kind: 'PAYMENT',
  currency: 'USD',
  method: 'CARD',
  count: 1,
  subtotalMinor: 1000,
  taxMinor: 80,
  tipMinor: 200,
  totalMinor: 1280,
  looseCashMinor: 0,
  ...over,
});

test('a day is payments less refunds, by currency and never across', () => {
  const [usd, eur] = zCurrencies([
    line({}),
    line({ method: 'CASH', looseCashMinor: 1280 }),
    line({
      kind: 'REFUND',
      method: 'CASH',
      subtotalMinor: 100,
      taxMinor: 8,
      tipMinor: 0,
      totalMinor: 108,
      looseCashMinor: 108,
    }),
    line({ currency: 'EUR' }),
  ]);
  expect(usd).toMatchObject({
    currency: 'USD',
    grossMinor: 2560,
    refundedMinor: 108,
    netMinor: 2452,
    netSalesMinor: 1900,
    netTaxMinor: 152,
    netTipsMinor: 400,
    netCashMinor: 1172,
    cashOutsideDrawersMinor: 1172,
  });
  const paid = { count: 1, subtotalMinor: 1000, taxMinor: 80, tipMinor: 200, totalMinor: 1280 };
  expect(usd?.payments).toEqual([
    { method: 'CARD', ...paid },
    { method: 'CASH', ...paid },
  ]);
  expect(usd?.refunds).toEqual([
    { method: 'CASH', count: 1, subtotalMinor: 100, taxMinor: 8, tipMinor: 0, totalMinor: 108 },
  ]);
  expect(eur).toMatchObject({ currency: 'EUR', netMinor: 1280, refunds: [], netCashMinor: 0 });
});

test('what is owed to guests is neither sales, tax nor tips, and needs no payment of that day', () => {
  const credit = { kind: 'CREDIT', method: 'NONE', count: 0, totalMinor: 0 } as const;
  const [usd, eur] = zCurrencies([
    line({}),
    line({ ...credit, subtotalMinor: -100, taxMinor: -8, tipMinor: 0 }),
    line({ ...credit, currency: 'EUR', subtotalMinor: -50, taxMinor: 0, tipMinor: -5 }),
  ]);
  expect(usd).toMatchObject({
    grossMinor: 1280,
    netMinor: 1280,
    netSalesMinor: 900,
    netTaxMinor: 72,
    netTipsMinor: 200,
    netGuestCreditMinor: 108,
  });
  expect(usd?.payments).toHaveLength(1);
  expect(eur).toMatchObject({ payments: [], refunds: [], netMinor: 0, netGuestCreditMinor: 55 });
});

test('a day without money has no figures', () => {
  expect(zCurrencies([])).toEqual([]);
});

test('sales, tax, tips and guest credit sum to the net, whatever happened', () => {
  const minor = fc.integer({ min: -100_000, max: 100_000 });
  const lines = fc.array(
    fc
      .record({
        kind: fc.constantFrom('PAYMENT' as const, 'REFUND' as const, 'CREDIT' as const),
        method: fc.constantFrom('CARD', 'CASH'),
        currency: fc.constantFrom('USD', 'JPY'),
        subtotalMinor: minor,
        taxMinor: minor,
        tipMinor: minor,
      })
      .map((parts) => {
        const totalMinor =
          parts.kind === 'CREDIT' ? 0 : parts.subtotalMinor + parts.taxMinor + parts.tipMinor;
        return line({ ...parts, totalMinor });
      }),
  );
  fc.assert(
    fc.property(lines, (day) => {
      for (const c of zCurrencies(day)) {
        const parts = c.netSalesMinor + c.netTaxMinor + c.netTipsMinor;
        expect(parts + (c.netGuestCreditMinor ?? 0)).toBe(c.netMinor);
        expect(c.grossMinor - c.refundedMinor).toBe(c.netMinor);
      }
    }),
    numRuns(),
  );
});
