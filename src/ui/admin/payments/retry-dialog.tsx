'use client';

import type { MAX_RETRIES } from '@/domain/payment/retry';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';

/** The domain's number, which a browser may know the type of alone. */
const MOST: typeof MAX_RETRIES = 3;

/**
 * Lets the guest try again: makes sure at Stripe that the payment can still be paid. It charges nothing by itself: only who
 * holds the card can confirm (docs/adr/0021).
 */
export function RetryDialog({
  payment,
  onClose,
  onDone,
}: {
  payment: { id: string; retryCount: number };
  onClose(): void;
  onDone(): void;
}) {
  const retry = api.payments.retry.useMutation({ onError: onDone });
  const left = MOST - payment.retryCount;
  return (
    <ActionDialog
      title="Let the guest try again"
      description={
        left > 0
          ? 'The payment is opened for another card on the guest’s phone. Nothing is charged until the guest confirms.'
          : 'It was tried three times. Trying once more closes this payment, and the guest starts a new one.'
      }
      operation={`retry.${payment.id}.${payment.retryCount}`}
      submitLabel="Let try again"
      inputOf={() => ({ paymentId: payment.id })}
      mutation={retry}
      success="The guest can pay again on the same page."
      onClose={onClose}
      onDone={onDone}
    >
      {left > 0 && (
        <p className="text-sm text-muted">
          {left === 1 ? 'One try is' : `${left} tries are`} left. Its part of the bill stays held meanwhile;
          cancel the payment to free it, for cash or another guest.
        </p>
      )}
    </ActionDialog>
  );
}
