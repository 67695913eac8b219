'use client';

import type { FormEvent } from 'react';
import { toast } from 'sonner';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { Field, TextArea } from '@/ui/kit/field';
import { describe } from '@/ui/kit/states';
import { api } from '../api';
import { useOperationKey } from '../use-operation-key';

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
  const operation = useOperationKey(`cancel.${paymentId}`);
  const cancel = api.payments.cancel.useMutation();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason')).trim();
    const input = { paymentId, ...(reason && { reason }) };
    try {
      await cancel.mutateAsync({ ...input, idempotencyKey: operation.keyFor(input) });
    } catch {
      // Shown below.
      return;
    }
    operation.done();
    toast.success('The payment is cancelled.');
    onDone();
    onClose();
  }
  return (
    <Dialog title="Cancel payment" isOpen isBusy={cancel.isPending} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <Field label="Reason" hint="Optional">
          {(control) => <TextArea {...control} name="reason" maxLength={500} />}
        </Field>
        {cancel.isError && (
          <p role="alert" className="rounded-lg bg-bad-surface p-3 text-sm text-bad">
            {describe(cancel.error).message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose} disabled={cancel.isPending}>
            Keep it open
          </Button>
          <Button look="danger" type="submit" isBusy={cancel.isPending}>
            Cancel payment
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
