/**
 * A payment's total with this tip: `amountMinor + taxMinor + tipMinor`. `amountMinor` is its part of the subtotals.
 * All in minor units of one currency.
 */
export function totalWithTip(part: { amountMinor: number; taxMinor: number }, tipMinor: number): number {
  return part.amountMinor + part.taxMinor + tipMinor;
}
