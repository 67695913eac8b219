'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { type FormEvent, useState } from 'react';
import { toast } from 'sonner';
import type { AppRouter } from '@/trpc/routers';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { Field, Input, Select, TextArea } from '@/ui/kit/field';
import { describe } from '@/ui/kit/states';
import { api } from '../api';
import { money, parseMoney } from '../format';
import { useOperationKey } from '../use-operation-key';

type Payment = inferRouterOutputs<AppRouter>['payments']['get'];
const WHOLE = 'WHOLE';
const SOME = 'SOME';
const TIP = 'TIP';

/** Gives money back: all that is left, a part of it, or the tip. Shows what remains; pressing twice refunds once. */
export function RefundDialog({
  payment,
  locale,
  onClose,
  onDone,
}: {
  payment: Payment;
  locale: string | undefined;
  onClose(): void;
  onDone(): void;
}) {
  const [what, setWhat] = useState(WHOLE);
  const [typed, setTyped] = useState('');
  const operation = useOperationKey(`refund.${payment.id}`);
  const refund = api.refunds.create.useMutation();
  const amount = (minor: number) => money(minor, payment.currency, locale);
  const leftMinor = payment.totalMinor - payment.refundedMinor;
  const leftTipMinor = payment.tipMinor - payment.tipRefundedMinor;
  const someMinor = parseMoney(typed, payment.currency);
  const backMinor = what === WHOLE ? leftMinor : what === TIP ? leftTipMinor : someMinor;
  const problem =
    what === SOME && typed !== '' && (someMinor === null || someMinor < 1 || someMinor > leftMinor)
      ? `Type an amount up to ${amount(leftMinor)}.`
      : undefined;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    if (backMinor === null || problem) return;
    const input = {
      paymentId: payment.id,
      reason: String(fields.get('reason')).trim(),
      reduceBill: fields.get('reduceBill') === 'on',
      ...(what === SOME && { amountMinor: backMinor }),
      ...(what === TIP && { part: 'TIP' as const }),
    };
    try {
      await refund.mutateAsync({ ...input, idempotencyKey: operation.keyFor(input) });
    } catch {
      // Shown below; the key is kept, so that trying again refunds once.
      return;
    }
    operation.done();
    toast.success(`${amount(backMinor)} is on its way back.`);
    onDone();
    onClose();
  }

  return (
    <Dialog
      title="Refund"
      description={`${amount(leftMinor)} of ${amount(payment.totalMinor)} can be refunded.`}
      isOpen
      isBusy={refund.isPending}
      onClose={onClose}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <Field label="What">
          {(control) => (
            <Select {...control} value={what} onChange={(event) => setWhat(event.target.value)}>
              <option value={WHOLE}>Everything that is left</option>
              <option value={SOME}>A part</option>
              {leftTipMinor > 0 && <option value={TIP}>The tip, {amount(leftTipMinor)}</option>}
            </Select>
          )}
        </Field>
        {what === SOME && (
          <Field label={`Amount in ${payment.currency}`} error={problem}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                required
              />
            )}
          </Field>
        )}
        <Field label="Reason" hint="Kept in the audit; guests do not see it.">
          {(control) => <TextArea {...control} name="reason" maxLength={500} required />}
        </Field>
        <label className="flex items-start gap-2 text-sm">
          <input type="checkbox" name="reduceBill" className="mt-1 size-4 accent-accent" />
          Take it off the bill too, so that it is not due again
        </label>
        {refund.isError && (
          <p role="alert" className="rounded-lg bg-bad-surface p-3 text-sm text-bad">
            {describe(refund.error).message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose} disabled={refund.isPending}>
            Keep it
          </Button>
          <Button
            look="danger"
            type="submit"
            isBusy={refund.isPending}
            disabled={backMinor === null || !!problem}
          >
            {backMinor === null ? 'Refund' : `Refund ${amount(backMinor)}`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
