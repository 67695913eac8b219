'use client';

import { MAX_RETRIES } from '@/domain/payment/retry';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';

/**
 * Opens the payment for another try of the guest, after a check at Stripe that it can still be paid. It charges
 * nothing: only the card holder can confirm (docs/adr/0021).
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
  const left = MAX_RETRIES - payment.retryCount;
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
