'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import type { AppRouter } from '@/trpc/routers';
import { Field, Input, Select, TextArea } from '@/ui/kit/field';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { money, parseMoney } from '../format';

type Payment = inferRouterOutputs<AppRouter>['payments']['get'];

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
  const [what, setWhat] = useState<'WHOLE' | 'SOME' | 'TIP'>('WHOLE');
  const [typed, setTyped] = useState('');
  const refund = api.refunds.create.useMutation();
  const amount = (minor: number) => money(minor, payment.currency, locale);
  const leftMinor = payment.totalMinor - payment.refundedMinor;
  const leftTipMinor = payment.tipMinor - payment.tipRefundedMinor;
  const someMinor = parseMoney(typed, payment.currency);
  const isTooMuch = someMinor === null || someMinor < 1 || someMinor > leftMinor;
  const problem =
    what === 'SOME' && typed !== '' && isTooMuch ? `Type an amount up to ${amount(leftMinor)}.` : undefined;
  const backMinor = { WHOLE: leftMinor, TIP: leftTipMinor, SOME: isTooMuch ? null : someMinor }[what];

  return (
    <ActionDialog
      title="Refund"
      description={`${amount(leftMinor)} of ${amount(payment.totalMinor)} can be refunded.`}
      operation={`refund.${payment.id}`}
      submitLabel={backMinor === null ? 'Refund' : `Refund ${amount(backMinor)}`}
      look="danger"
      inputOf={(fields) =>
        backMinor === null
          ? null
          : {
              paymentId: payment.id,
              reason: String(fields.get('reason')).trim(),
              reduceBill: fields.get('reduceBill') === 'on',
              ...(what === 'SOME' && { amountMinor: backMinor }),
              ...(what === 'TIP' && { part: 'TIP' as const }),
            }
      }
      mutation={refund}
      success={backMinor === null ? '' : `${amount(backMinor)} is on its way back.`}
      onClose={onClose}
      onDone={onDone}
    >
      <Field label="What">
        {(control) => (
          <Select {...control} value={what} onChange={(event) => setWhat(event.target.value as typeof what)}>
            <option value="WHOLE">Everything that is left</option>
            <option value="SOME">A part</option>
            {leftTipMinor > 0 && <option value="TIP">The tip, {amount(leftTipMinor)}</option>}
          </Select>
        )}
      </Field>
      {what === 'SOME' && (
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
    </ActionDialog>
  );
}
