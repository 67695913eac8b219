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
type Refund = inferRouterOutputs<AppRouter>['refunds']['create'];
type Refundable = NonNullable<Payment['refundable']>;

const NOTHING = { what: 'WHOLE', typed: '', reason: '', reduceBill: false };

/**
 * Gives money back: all that is left, a part of it, the tip or all but the tip. Shows what remains; pressing twice refunds
 * once, and what was typed outlasts a reload and a new sign-in.
 */
export function RefundDialog({
  payment,
  refundable,
  locale,
  onClose,
  onDone,
}: {
  payment: Payment;
  /** What the server would give back of it. */
  refundable: Refundable;
  locale: string | undefined;
  onClose(): void;
  onDone(): void;
}) {
  const { draft, change, ...kept } = useDraft(`refund.${payment.id}`, NOTHING);
  const refund = api.refunds.create.useMutation();
  const amount = (minor: number) => money(minor, payment.currency, locale);
  const { allMinor: leftMinor, billMinor, tipMinor } = refundable;
  const choices: readonly (readonly [What, string])[] = [
    ['WHOLE', `Everything that is left, ${amount(leftMinor)}`],
    ['SOME', 'A part'],
    ...(tipMinor > 0 ? ([['TIP', `The tip, ${amount(tipMinor)}`]] as const) : []),
    ...(tipMinor > 0 && billMinor > 0 ? ([['BILL', `All but the tip, ${amount(billMinor)}`]] as const) : []),
  ];
  // The tip may have gone back since it was chosen.
  const what = choices.find(([value]) => value === draft.what)?.[0] ?? 'WHOLE';
  const someMinor = parseMoney(draft.typed, payment.currency);
  const isTooMuch = someMinor === null || someMinor < 1 || someMinor > leftMinor;
  const isPart = what === 'SOME';
  const problem =
    isPart && draft.typed !== '' && isTooMuch ? `Type an amount up to ${amount(leftMinor)}.` : undefined;
  const backMinor = isPart ? (isTooMuch ? null : someMinor) : wholeOf(what, refundable);

  return (
    <ActionDialog
      title="Refund"
      description={`${amount(leftMinor)} of ${amount(payment.totalMinor)} can be refunded.`}
      operation={`refund.${payment.id}`}
      submitLabel={(unknown) => {
        const minor = unknown ? unknown.amountMinor : backMinor;
        return minor === null ? 'Refund' : `Refund ${amount(minor)}`;
      }}
      look="danger"
      inputOf={() =>
        backMinor === null
          ? null
          : {
              paymentId: payment.id,
              reason: draft.reason.trim(),
              reduceBill: draft.reduceBill,
              // What is shown and confirmed, also when meanwhile more or less could be given back.
              amountMinor: backMinor,
              ...((what === 'TIP' || what === 'BILL') && { part: what }),
            }
      }
      mutation={refund}
      success={(refund) => successText(refund, amount(refund.refundMinor))}
      draft={kept}
      onClose={onClose}
      onDone={onDone}
      onRefused={onDone}
    >
      {(isUnknown) => (
        <>
          <Field label="What">
            {(control) => (
              <Select
                {...control}
                value={isUnknown ? draft.what : what}
                onChange={(event) => change({ what: event.target.value })}
              >
                {(isUnknown ? SENT : choices).map(([value, text]) => (
                  <option key={value} value={value}>
                    {text}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {(isUnknown ? draft.what : what) === 'SOME' && (
            <Field label={`Amount in ${payment.currency}`} error={isUnknown ? undefined : problem}>
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
          {backMinor !== null && !isUnknown && (
            <p className="tabular text-sm text-muted">
              After this {amount(leftMinor - backMinor)} of the payment can still be refunded.
            </p>
          )}
        </>
      )}
    </ActionDialog>
  );
}

/** What may be done already, so that its amount is no longer what is left. */
const SENT = [
  ['WHOLE', 'Everything that was left'],
  ['SOME', 'A part'],
  ['TIP', 'The tip'],
  ['BILL', 'All but the tip'],
] as const;

/** Of what is not typed. */
function wholeOf(what: What, { allMinor, billMinor, tipMinor }: Refundable): number {
  if (what === 'TIP') return tipMinor;
  return what === 'BILL' ? billMinor : allMinor;
}

function successText({ method, status }: Refund, amount: string): string {
  if (status === 'FAILED') return `The refund of ${amount} has failed.`;
  return method === 'CASH' ? `Give the guest ${amount} from the drawer.` : `${amount} is on its way back.`;
}
