import { ServiceError } from '@/services/errors';
import type { WireMethod } from '@/services/legacy/wire-method';
import type { PaymentMethod } from '@/services/payments/view';

const SPELLINGS: Readonly<Record<string, 'CARD' | 'DIGITAL_WALLET' | 'CASH'>> = {
  CARD: 'CARD',
  CREDIT_CARD: 'CARD',
  DEBIT_CARD: 'CARD',
  DIGITAL_WALLET: 'DIGITAL_WALLET',
  MOBILE_PAYMENT: 'DIGITAL_WALLET',
  WALLET: 'DIGITAL_WALLET',
  CASH: 'CASH',
};

/** @throws ServiceError INVALID_INPUT when absent or not text, METHOD_NOT_SUPPORTED for any other (decision 16) */
export function parseMethod(value: unknown): 'CARD' | 'DIGITAL_WALLET' | 'CASH' {
  if (typeof value !== 'string' || value === '') {
    throw new ServiceError('INVALID_INPUT', 'Send paymentMethod: CREDIT_CARD, MOBILE_PAYMENT or CASH.', {
      details: { field: 'paymentMethod' },
    });
  }
  const method = Object.hasOwn(SPELLINGS, value.toUpperCase()) ? SPELLINGS[value.toUpperCase()] : undefined;
  if (method) return method;
  throw new ServiceError(
    'METHOD_NOT_SUPPORTED',
    'This payment method is not supported. Pay by card, wallet or cash.',
    { details: { field: 'paymentMethod' } },
  );
}

/** What a filter by method means: the stored method, and the card's fine name where one was given. */
export interface MethodFilter {
  stored: PaymentMethod;
  wire: WireMethod | null;
}

/** Both spellings count; CARD is credit and debit. Null: no such method, so nothing matches. */
export function parseMethodFilter(value: string): MethodFilter | null {
  const name = value.toUpperCase();
  const stored = Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : undefined;
  if (!stored) return null;
  return { stored, wire: name === 'CREDIT_CARD' || name === 'DEBIT_CARD' ? name : null };
}
