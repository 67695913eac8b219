import { DomainError } from '@/domain/error';

/**
 * Receipt number of one restaurant and business day: '20261123-0042', with a code 'TABSY1-20261123-0042'.
 * The sequence has at least four digits and simply grows beyond 9999.
 * @throws DomainError RECEIPT_NUMBER_INVALID
 */
export function receiptNumber(parts: {
  restaurantCode?: string;
  businessDay: string;
  sequence: number;
}): string {
  const { restaurantCode, businessDay, sequence } = parts;
  const isValid =
    /^\d{4}-\d{2}-\d{2}$/.test(businessDay) &&
    Number.isSafeInteger(sequence) &&
    sequence >= 1 &&
    (restaurantCode === undefined || /^[A-Za-z0-9]{1,12}$/.test(restaurantCode));
  if (!isValid) {
    throw new DomainError('RECEIPT_NUMBER_INVALID', 'The receipt number cannot be built.', { ...parts });
  }
  const number = `${businessDay.replaceAll('-', '')}-${String(sequence).padStart(4, '0')}`;
  return restaurantCode === undefined ? number : `${restaurantCode.toUpperCase()}-${number}`;
}
