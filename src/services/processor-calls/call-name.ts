import { callOfKey, type PaymentCall } from '../processor-keys';

const NAMES = {
  'intent.create': 'CREATE_INTENT',
  'intent.update': 'UPDATE_INTENT',
  'intent.cancel': 'CANCEL_INTENT',
  'intent.confirm': 'CONFIRM_INTENT',
  'intent.retrieve': 'RETRIEVE_INTENT',
  'intent.list': 'FIND_INTENT',
  'charge.retrieve': 'RETRIEVE_CHARGE',
  'refund.create': 'CREATE_REFUND',
  'refund.list': 'FIND_REFUND',
  'dispute.retrieve': 'RETRIEVE_DISPUTE',
  'dispute.update': 'SUBMIT_EVIDENCE',
  'transaction.retrieve': 'RETRIEVE_TRANSACTION',
} as const;

/** What was asked of the processor about a payment. */
export type CallName = PaymentCall | (typeof NAMES)[keyof typeof NAMES];

/** What a logged call is called; null: an operation of another release, which this one does not know. */
export function callName({ operation, key }: { operation: string; key: string | null }): CallName | null {
  const name = NAMES[operation as keyof typeof NAMES] ?? null;
  // Its key tells what an update was for.
  return name === 'UPDATE_INTENT' && key !== null && callOfKey(key) === 'CHANGE_AMOUNT'
    ? 'CHANGE_AMOUNT'
    : name;
}
