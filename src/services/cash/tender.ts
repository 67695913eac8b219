import { ServiceError } from '../errors';

/** What a guest handed over and got back, as staff typed it; nothing of it needs to be sent. Minor units. */
export interface Tender {
  tenderedMinor?: number | undefined;
  changeMinor?: number | undefined;
}

/**
 * Checks the figures against the payment's total: the guest gave at least that, and got the rest back.
 * @returns the figures for the audit
 * @throws ServiceError AMOUNT_MISMATCH
 */
export function checkTender(
  { tenderedMinor, changeMinor }: Tender,
  totalMinor: number,
): { tenderedMinor: number | null; changeMinor: number | null } {
  if (tenderedMinor === undefined && changeMinor === undefined)
    return { tenderedMinor: null, changeMinor: null };
  const given = tenderedMinor ?? totalMinor + (changeMinor ?? 0);
  const expectedChangeMinor = given - totalMinor;
  if (expectedChangeMinor < 0 || (changeMinor !== undefined && changeMinor !== expectedChangeMinor)) {
    throw new ServiceError(
      'AMOUNT_MISMATCH',
      'The cash does not fit: what was handed over, less the change, must be the total.',
      { details: { totalMinor, tenderedMinor: given, changeMinor: changeMinor ?? null } },
    );
  }
  return { tenderedMinor: given, changeMinor: expectedChangeMinor };
}
