import { DomainError } from '@/domain/error';

/** ISO 4217 code in upper case, as `assertCurrency` returns it. */
export type Currency = string;

// Stripe "Supported currencies", presentment currencies.
const SUPPORTED: ReadonlySet<string> = new Set(
  `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF
  CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG
  HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
  MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB
  RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND
  VUV WST XAF XCD XOF XPF YER ZAR ZMW`.split(/\s+/),
);

const ZERO_DECIMAL: ReadonlySet<string> = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
);
const THREE_DECIMAL: ReadonlySet<string> = new Set('BHD JOD KWD OMR TND'.split(' '));
const WHOLE_UNITS_AS_HUNDREDTHS: ReadonlySet<string> = new Set(['ISK', 'UGX']);

// Stripe "Supported currencies", minimum charge amounts, in minor units.
// biome-ignore format: a table reads better dense
const MINIMUM_MINOR: Readonly<Record<string, number>> = {
  AED: 200, ARS: 50, AUD: 50, BGN: 100, BRL: 50, CAD: 50, CHF: 50, COP: 50, CZK: 1500, DKK: 250, EUR: 50,
  GBP: 30, HKD: 400, HUF: 17500, IDR: 50, ILS: 50, INR: 50, JPY: 50, KRW: 50, MXN: 1000, MYR: 200, NOK: 300,
  NZD: 50, PHP: 50, PLN: 200, RON: 200, RUB: 50, SEK: 300, SGD: 50, THB: 1000, USD: 50, ZAR: 50,
};

/** Whether Stripe charges in the currency of this upper-case ISO code. */
export function isSupported(code: string): boolean {
  return SUPPORTED.has(code);
}

/**
 * Upper-case ISO code of a currency that can be charged; accepts any case ('usd' -> 'USD').
 * @throws DomainError CURRENCY_UNSUPPORTED
 */
export function assertCurrency(code: string): Currency {
  const currency = code.toUpperCase();
  if (!isSupported(currency)) {
    throw new DomainError('CURRENCY_UNSUPPORTED', `Currency ${code.slice(0, 10)} is not supported.`);
  }
  return currency;
}

/**
 * Decimals of the stored minor unit, which is always the unit of Stripe's API.
 * ISK and UGX are 2: Stripe "Supported currencies", special cases, has them sent as hundredths whose
 * decimals are 00 (5 UGX is 500), although its zero-decimal list also names UGX. HUF and TWD are plain
 * two-decimal for charges; they are whole only in manual payouts, which this service does not create.
 */
export function exponentOf(currency: Currency): 0 | 2 | 3 {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/** Decimals that people see: as `exponentOf`, but 0 for ISK and UGX, which have no smaller coin. */
export function displayExponentOf(currency: Currency): 0 | 2 | 3 {
  return WHOLE_UNITS_AS_HUNDREDTHS.has(currency) ? 0 : exponentOf(currency);
}

/**
 * Smallest step of a chargeable amount in minor units: 100 for ISK and UGX (whole units only), 10 for the
 * three-decimal currencies (last digit 0), else 1. To split such a total, allocate `total / step`.
 */
export function chargeStepMinor(currency: Currency): 1 | 10 | 100 {
  return CHARGE_STEPS.get(currency) ?? 1;
}

/** The currencies whose cards move in steps of more than one minor unit. */
export const CHARGE_STEPS: ReadonlyMap<Currency, 10 | 100> = new Map([
  ...[...THREE_DECIMAL].map((currency) => [currency, 10] as const),
  ...[...WHOLE_UNITS_AS_HUNDREDTHS].map((currency) => [currency, 100] as const),
]);

/**
 * Smallest card payment in minor units (Stripe "Supported currencies", minimum charge amounts). Stripe
 * judges by the settlement currency, so it may still refuse; unlisted currencies get half a unit, or 50
 * where there are no decimals, raised to the charge step.
 */
export function minimumChargeMinor(currency: Currency): number {
  const fallback = exponentOf(currency) === 3 ? 500 : 50;
  return MINIMUM_MINOR[currency] ?? Math.max(fallback, chargeStepMinor(currency));
}

/**
 * Largest card payment in minor units for currencies other than PAYMENT_CURRENCY (decision 14): Stripe's
 * technical ceiling, eight digits, twelve for IDR, lowered to the charge step.
 */
export function maximumChargeMinor(currency: Currency): number {
  const ceiling = currency === 'IDR' ? 999_999_999_999 : 99_999_999;
  return ceiling - (ceiling % chargeStepMinor(currency));
}
