import { sumMinor } from '@/domain/money';

/**
 * Payments, or refunds, of one currency and method on one day. Minor units; a refund that failed later counts negative.
 * CREDIT: what moved between sales, tax and tips and what is owed to guests; nothing was paid with it, so its total is 0.
 */
export interface DayLine {
  kind: 'PAYMENT' | 'REFUND' | 'CREDIT';
  currency: string;
  method: string;
  count: number;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  totalMinor: number;
  /** Of that, cash that went through no drawer. */
  looseCashMinor: number;
}

export type ZLine = Omit<DayLine, 'kind' | 'currency' | 'looseCashMinor'>;

/** A day in one currency: never summed across currencies (decision 13). */
export interface ZCurrency {
  currency: string;
  payments: ZLine[];
  refunds: ZLine[];
  grossMinor: number;
  refundedMinor: number;
  /** gross - refunded */
  netMinor: number;
  /** Of the net, as the ledger has it: sales, tax, tips and guest credit sum to it. */
  netSalesMinor: number;
  netTaxMinor: number;
  netTipsMinor: number;
  /** Paid beyond what bills came to, less what of it went back; absent where there was none. */
  netGuestCreditMinor?: number;
  /** Cash payments less cash refunds, and of that what went through no drawer. */
  netCashMinor: number;
  cashOutsideDrawersMinor: number;
}

/** The figures of a day by currency, in the order of the lines. */
export function zCurrencies(lines: readonly DayLine[]): ZCurrency[] {
  return [...new Set(lines.map((line) => line.currency))].map((currency) => ofCurrency(currency, lines));
}

function ofCurrency(currency: string, all: readonly DayLine[]): ZCurrency {
  const lines = all.filter((line) => line.currency === currency);
  const of = (kind: DayLine['kind']) => lines.filter((line) => line.kind === kind);
  const sum = (counted: readonly DayLine[], key: AmountKey) => sumMinor(counted.map((line) => line[key]));
  const net = (key: AmountKey, counted = lines) =>
    sum(
      counted.filter((line) => line.kind !== 'REFUND'),
      key,
    ) -
    sum(
      counted.filter((line) => line.kind === 'REFUND'),
      key,
    );
  const parts = {
    netSalesMinor: net('subtotalMinor'),
    netTaxMinor: net('taxMinor'),
    netTipsMinor: net('tipMinor'),
  };
  const creditMinor = net('totalMinor') - parts.netSalesMinor - parts.netTaxMinor - parts.netTipsMinor;
  return {
    currency,
    payments: of('PAYMENT').map(toZLine),
    refunds: of('REFUND').map(toZLine),
    grossMinor: sum(of('PAYMENT'), 'totalMinor'),
    refundedMinor: sum(of('REFUND'), 'totalMinor'),
    netMinor: net('totalMinor'),
    ...parts,
    ...(creditMinor === 0 ? {} : { netGuestCreditMinor: creditMinor }),
    netCashMinor: net(
      'totalMinor',
      lines.filter((line) => line.method === 'CASH'),
    ),
    cashOutsideDrawersMinor: net('looseCashMinor'),
  };
}

type AmountKey = 'subtotalMinor' | 'taxMinor' | 'tipMinor' | 'totalMinor' | 'looseCashMinor';

function toZLine({ method, count, subtotalMinor, taxMinor, tipMinor, totalMinor }: DayLine): ZLine {
  return { method, count, subtotalMinor, taxMinor, tipMinor, totalMinor };
}
