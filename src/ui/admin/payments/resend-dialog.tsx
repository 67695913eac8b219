'use client';

import { useRef, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { SignInAgain } from '@/ui/kit/sign-in-again';
import { describe, isSignedOut } from '@/ui/kit/states';
import { api } from '../api';
import { useOperationKey } from '../use-operation-key';

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
  receiptUrl: string | null;
  onClose(): void;
  onDone(): void;
}) {
  const resend = api.payments.resendReceipt.useMutation();
  const operation = useOperationKey(`resend.${paymentId}`);
  const [problem, setProblem] = useState<keyof typeof PROBLEMS | null>(null);
  const isSending = useRef(false);
  const send = async () => {
    // The second click of two comes before the button is drawn as busy.
    if (isSending.current) return;
    isSending.current = true;
    const answer = await resend
      .mutateAsync({ paymentId, idempotencyKey: operation.keyFor({ paymentId }) })
      .catch(() => null);
    isSending.current = false;
    // Shown below; the key is kept, so that trying again sends nothing twice.
    if (answer === null) return;
    operation.done();
    if (answer.outcome !== 'QUEUED') {
      setProblem(answer.outcome);
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
        {resend.isError && (
          <div role="alert" className="grid justify-items-start gap-3 rounded-lg bg-bad-surface p-3 text-sm">
            <p className="text-bad">{describe(resend.error).message}</p>
            {isSignedOut(resend.error) && <SignInAgain />}
          </div>
        )}
        {problem !== null && (
          <div
            role="alert"
            className="grid justify-items-start gap-3 rounded-lg bg-warning-surface p-3 text-sm"
          >
            <p className="text-warning">{PROBLEMS[problem]}</p>
            {receiptUrl && (
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
            )}
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
