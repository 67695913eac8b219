'use client';

import { useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { ErrorNote } from '@/ui/kit/states';
import { toast } from '@/ui/kit/toast';
import { api } from '../api';
import { useOnce } from '../use-once';

const PROBLEMS = {
  NO_ADDRESS: 'No e-mail address is known of this guest.',
  OPTED_OUT: 'This guest has asked for no more mails of this restaurant.',
  SWITCHED_OFF: 'This restaurant sends its guests no mails: an owner can change that in the settings.',
} as const;

/** Mails the receipt once more. Where nobody can be written to, it says why and offers the link instead. */
export function ResendDialog({
  paymentId,
  receiptUrl,
  onClose,
  onDone,
}: {
  paymentId: string;
  receiptUrl: string;
  onClose(): void;
  onDone(): void;
}) {
  const resend = api.payments.resendReceipt.useMutation();
  const once = useOnce(`resend.${paymentId}`);
  const [problem, setProblem] = useState<keyof typeof PROBLEMS | null>(null);
  const send = async () => {
    const sent = await once.send({ paymentId }, (asked) => resend.mutateAsync(asked));
    if (sent === null) return;
    const { outcome } = sent.result;
    if (outcome !== 'QUEUED') {
      setProblem(outcome);
      return;
    }
    toast.success('The receipt is on its way.');
    onDone();
    onClose();
  };
  return (
    <Dialog
      title="Send the receipt again"
      description="To the address that is known of who paid, at most three times a day."
      isOpen
      isBusy={resend.isPending}
      onClose={onClose}
    >
      <div className="grid gap-4">
        <ErrorNote error={resend.error} />
        {problem !== null && (
          <div
            role="alert"
            className="grid justify-items-start gap-3 rounded-lg bg-warning-surface p-3 text-sm"
          >
            <p className="text-warning">{PROBLEMS[problem]}</p>
            <Button
              size="small"
              onClick={() =>
                void navigator.clipboard.writeText(receiptUrl).then(
                  () => toast.success('The link is copied.'),
                  () => toast.error('The browser does not let this page copy. Open the receipt instead.'),
                )
              }
            >
              Copy the receipt’s link
            </Button>
          </div>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose} disabled={resend.isPending}>
            Back
          </Button>
          <Button look="primary" isBusy={resend.isPending} onClick={() => void send()}>
            Send
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
