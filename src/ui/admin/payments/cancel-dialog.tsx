'use client';

import { Field, TextArea } from '@/ui/kit/field';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';

/** Calls an open payment off, at Stripe first; then its part of the bill is free again. */
export function CancelDialog({
  paymentId,
  onClose,
  onDone,
}: {
  paymentId: string;
  onClose(): void;
  onDone(): void;
}) {
  const cancel = api.payments.cancel.useMutation();
  return (
    <ActionDialog
      title="Cancel payment"
      operation={`cancel.${paymentId}`}
      submitLabel="Cancel payment"
      look="danger"
      inputOf={(fields) => {
        const reason = String(fields.get('reason')).trim();
        return { paymentId, ...(reason && { reason }) };
      }}
      mutation={cancel}
      success="The payment is cancelled."
      onClose={onClose}
      onDone={onDone}
    >
      <Field label="Reason" hint="Optional">
        {(control) => <TextArea {...control} name="reason" maxLength={500} />}
      </Field>
    </ActionDialog>
  );
}
