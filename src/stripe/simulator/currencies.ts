import { invalidRequest } from './errors';

/** Stripe, "Minimum and maximum charge amounts"; minor units. Currencies not listed accept 1 and more. */
const MINIMUM_MINOR: Record<string, number> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};
const MAXIMUM_MINOR = 99_999_999;

const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));
const TWO_DECIMAL = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny ' +
    'cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd ' +
    'kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr ' +
    'nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd ' +
    'twd tzs uah ugx uyu uzs wst xcd yer zar zmw'
  ).split(' '),
);

/** Every currency that payments may be in, in lower case. */
export function allCurrencies(): string[] {
  return [...TWO_DECIMAL, ...ZERO_DECIMAL, ...THREE_DECIMAL];
}

/** Digits after the decimal point in Stripe's API amounts: 0, 2 or 3. */
function exponentOf(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/** Lower-cased currency, or Stripe's error for one that it does not know. */
export function knownCurrency(text: string): string {
  const currency = text.toLowerCase();
  if (ZERO_DECIMAL.has(currency) || THREE_DECIMAL.has(currency) || TWO_DECIMAL.has(currency)) return currency;
  throw invalidRequest(
    `Invalid currency: ${currency}. Stripe currently supports these currencies: usd, eur, ...`,
    {
      param: 'currency',
    },
  );
}

function displayed(amountMinor: number, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const amount = exponent === 0 ? digits : `${whole}.${digits.slice(digits.length - exponent)}`;
  return `${amount} ${currency}`;
}

/** Refuses an amount that cannot be charged: too small, too large, or with digits the currency lacks. */
export function checkChargeAmount(amountMinor: number, currency: string): void {
  const minimum = MINIMUM_MINOR[currency] ?? 1;
  if (amountMinor < minimum) {
    throw invalidRequest(`Amount must be at least ${displayed(minimum, currency)}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amountMinor > MAXIMUM_MINOR) {
    throw invalidRequest(`Amount must be no more than ${displayed(MAXIMUM_MINOR, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  checkDigits(amountMinor, currency);
}

/** Three-decimal amounts end in 0; ISK and UGX have two decimals that are 00 ("Special cases" of Stripe's currency page). */
export function checkDigits(amountMinor: number, currency: string): void {
  const step = exponentOf(currency) === 3 ? 10 : currency === 'isk' || currency === 'ugx' ? 100 : 1;
  if (amountMinor % step === 0) return;
  throw invalidRequest(`Invalid amount for ${currency}: the amount must be evenly divisible by ${step}`, {
    code: 'parameter_invalid_integer',
    param: 'amount',
  });
}

/** HUF and TWD are charged with two decimals and paid out in whole units only. */
export function checkPayoutAmount(amountMinor: number, currency: string): void {
  if ((currency !== 'huf' && currency !== 'twd') || amountMinor % 100 === 0) {
    checkDigits(amountMinor, currency);
    return;
  }
  throw invalidRequest(`Payouts in ${currency} must be evenly divisible by 100`, {
    code: 'parameter_invalid_integer',
    param: 'amount',
  });
}
