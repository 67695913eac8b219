'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { Field, Input, Select, TextArea } from '@/ui/kit/field';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { money, parseMoney } from '../format';
import { useDraft } from '../use-draft';

/** Everything that is left, a typed amount, the tip, or all but the tip. */
type What = 'WHOLE' | 'SOME' | 'TIP' | 'BILL';
type Payment = inferRouterOutputs<AppRouter>['payments']['get'];

const NOTHING = { what: 'WHOLE', typed: '', reason: '', reduceBill: false };

/**
 * Gives money back: all that is left, a part of it, the tip or all but the tip. Shows what remains; pressing twice refunds
 * once, and what was typed outlasts a reload and a new sign-in.
 */
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
  const { draft, change, forget } = useDraft(`refund.${payment.id}`, NOTHING);
  const refund = api.refunds.create.useMutation();
  const amount = (minor: number) => money(minor, payment.currency, locale);
  const leftMinor = payment.totalMinor - payment.refundedMinor;
  const leftTipMinor = payment.tipMinor - payment.tipRefundedMinor;
  const options: readonly (readonly [What, string])[] = [
    ['WHOLE', `Everything that is left, ${amount(leftMinor)}`],
    ['SOME', 'A part'],
    ...(leftTipMinor > 0 ? ([['TIP', `The tip, ${amount(leftTipMinor)}`]] as const) : []),
    ...(leftTipMinor > 0 && leftTipMinor < leftMinor
      ? ([['BILL', `All but the tip, ${amount(leftMinor - leftTipMinor)}`]] as const)
      : []),
  ];
  // The tip may have gone back since it was chosen.
  const what = options.find(([value]) => value === draft.what)?.[0] ?? 'WHOLE';
  const someMinor = parseMoney(draft.typed, payment.currency);
  const isTooMuch = someMinor === null || someMinor < 1 || someMinor > leftMinor;
  const isPart = what === 'SOME';
  const problem =
    isPart && draft.typed !== '' && isTooMuch ? `Type an amount up to ${amount(leftMinor)}.` : undefined;
  const backMinor = isPart ? (isTooMuch ? null : someMinor) : wholeOf(what, leftMinor, leftTipMinor);
  const close = () => {
    forget();
    onClose();
  };

  return (
    <ActionDialog
      title="Refund"
      description={`${amount(leftMinor)} of ${amount(payment.totalMinor)} can be refunded.`}
      operation={`refund.${payment.id}`}
      submitLabel={backMinor === null ? 'Refund' : `Refund ${amount(backMinor)}`}
      look="danger"
      inputOf={() =>
        backMinor === null
          ? null
          : {
              paymentId: payment.id,
              reason: draft.reason.trim(),
              reduceBill: draft.reduceBill,
              ...(isPart && { amountMinor: backMinor }),
              ...((what === 'TIP' || what === 'BILL') && { part: what }),
            }
      }
      mutation={refund}
      success={backMinor === null ? '' : `${amount(backMinor)} is on its way back.`}
      onClose={close}
      onDone={onDone}
    >
      <Field label="What">
        {(control) => (
          <Select {...control} value={what} onChange={(event) => change({ what: event.target.value })}>
            {options.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {isPart && (
        <Field label={`Amount in ${payment.currency}`} error={problem}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              autoComplete="off"
              value={draft.typed}
              onChange={(event) => change({ typed: event.target.value })}
              required
            />
          )}
        </Field>
      )}
      <Field label="Reason" hint="Kept in the audit; guests do not see it.">
        {(control) => (
          <TextArea
            {...control}
            maxLength={500}
            value={draft.reason}
            onChange={(event) => change({ reason: event.target.value })}
            required
          />
        )}
      </Field>
      <label className="flex items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="mt-1 size-4 accent-accent"
          checked={draft.reduceBill}
          onChange={(event) => change({ reduceBill: event.target.checked })}
        />
        Take it off the bill too, so that it is not due again
      </label>
      {backMinor !== null && (
        <p className="tabular text-sm text-muted">
          After this {amount(leftMinor - backMinor)} of the payment can still be refunded.
        </p>
      )}
    </ActionDialog>
  );
}

/** Of what is not typed. */
function wholeOf(what: What, leftMinor: number, leftTipMinor: number): number {
  if (what === 'TIP') return leftTipMinor;
  return what === 'BILL' ? leftMinor - leftTipMinor : leftMinor;
}
