'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import type { AppRouter } from '@/trpc/routers';
import { Field, Input, Select, TextArea } from '@/ui/kit/field';
import { ActionDialog } from '../action-dialog';
import { AmountField } from '../amount-field';
import { api } from '../api';
import { parseMoney } from '../format';
import { useTeam } from '../use-team';
import { useViewer } from '../viewer';
import { typedId } from './typed-id';

type Discrepancy = inferRouterOutputs<AppRouter>['reconciliation']['discrepancies']['get'];
export type Asked = 'note' | 'accept' | 'resolve' | 'reopen' | 'assign' | 'link';

interface ActionProps {
  discrepancy: Discrepancy;
  onClose(): void;
  onDone(): void;
}

/** One action as a dialog. Every one has a reason; all of them are in the audit. */
export function DiscrepancyAction({ asked, ...props }: ActionProps & { asked: Asked }) {
  if (asked === 'resolve') return <Resolve {...props} />;
  if (asked === 'assign') return <Assign {...props} />;
  if (asked === 'link') return <LinkTo {...props} />;
  return <Reasoned asked={asked} {...props} />;
}

const TITLES = {
  note: { title: 'Add a note', submit: 'Add', success: 'The note is kept.' },
  accept: {
    title: 'Accept as it is',
    submit: 'Accept',
    success: 'Accepted. It comes back only if facts change.',
  },
  reopen: { title: 'Reopen', submit: 'Reopen', success: 'It is on the work list again.' },
} as const;

function Reasoned({ asked, discrepancy, ...handlers }: ActionProps & { asked: keyof typeof TITLES }) {
  const { discrepancies } = api.reconciliation;
  const mutations = {
    note: discrepancies.note.useMutation(),
    accept: discrepancies.accept.useMutation(),
    reopen: discrepancies.reopen.useMutation(),
  };
  const { title, submit, success } = TITLES[asked];
  return (
    <ActionDialog
      {...handlers}
      title={title}
      operation={operationOf(asked, discrepancy)}
      submitLabel={submit}
      success={success}
      inputOf={(fields) => reasonOf(discrepancy, fields)}
      mutation={mutations[asked]}
    >
      <Reason />
    </ActionDialog>
  );
}

type Way = 'REFRESH_PAYMENT' | 'REFUND' | 'REPLAY_EVENT' | 'ELSEWHERE';

function Resolve({ discrepancy, ...handlers }: ActionProps) {
  const { role } = useViewer();
  const hasPayment = discrepancy.paymentId !== null;
  const { currency } = discrepancy;
  const [way, setWay] = useState<Way>(hasPayment ? 'REFRESH_PAYMENT' : 'ELSEWHERE');
  const [amount, setAmount] = useState('');
  const by = (fields: FormData) => {
    if (way === 'REPLAY_EVENT') return { kind: way, eventId: String(fields.get('eventId')).trim() };
    if (way !== 'REFUND') return { kind: way };
    const amountMinor = currency === null || amount.trim() === '' ? undefined : parseMoney(amount, currency);
    if (amountMinor === null || amountMinor === 0) return null;
    return { kind: way, ...(amountMinor !== undefined && { amountMinor }) };
  };
  return (
    <ActionDialog
      {...handlers}
      title="Correct it"
      operation={operationOf('resolve', discrepancy)}
      submitLabel="Correct"
      success="Corrected."
      inputOf={(fields) => {
        const wanted = by(fields);
        return wanted && { ...reasonOf(discrepancy, fields), by: wanted };
      }}
      mutation={api.reconciliation.discrepancies.resolve.useMutation()}
      onRefused={handlers.onDone}
    >
      <Field label="How">
        {(control) => (
          <Select {...control} value={way} onChange={(event) => setWay(event.target.value as Way)}>
            {hasPayment && <option value="REFRESH_PAYMENT">Ask Stripe about the payment again</option>}
            {hasPayment && <option value="REFUND">Refund money of the payment</option>}
            {role === 'admin' && <option value="REPLAY_EVENT">Apply an event of Stripe again</option>}
            <option value="ELSEWHERE">It was put right elsewhere</option>
          </Select>
        )}
      </Field>
      {way === 'REFUND' && currency !== null && (
        <AmountField
          label="Refund"
          hint="Empty: all that is left of it."
          currency={currency}
          value={amount}
          onChange={setAmount}
          minMinor={1}
          isOptional
        />
      )}
      {way === 'REPLAY_EVENT' && (
        <Field label="Event" hint="Its id at Stripe, evt_…">
          {(control) => <Input {...control} name="eventId" required />}
        </Field>
      )}
      <Reason />
    </ActionDialog>
  );
}

function Assign(props: ActionProps) {
  const { restaurantId } = props.discrepancy;
  return restaurantId === null ? (
    <AssignTo {...props} people={[]} />
  ) : (
    <AssignInTeam {...props} restaurantId={restaurantId} />
  );
}

function AssignInTeam({ restaurantId, ...props }: ActionProps & { restaurantId: string }) {
  const { people, nameOf } = useTeam(restaurantId);
  return <AssignTo {...props} people={people.map(({ userId: id }) => ({ id, name: nameOf(id) }))} />;
}

function AssignTo({
  discrepancy,
  people,
  ...handlers
}: ActionProps & { people: readonly { id: string; name: string }[] }) {
  const { userId } = useViewer();
  return (
    <ActionDialog
      {...handlers}
      title="Assign it"
      operation={operationOf('assign', discrepancy)}
      submitLabel="Assign"
      success="Assigned."
      inputOf={(fields) => ({
        ...reasonOf(discrepancy, fields),
        userId: String(fields.get('userId')) || null,
      })}
      mutation={api.reconciliation.discrepancies.assign.useMutation()}
    >
      <Field label="To">
        {(control) => (
          <Select {...control} name="userId" defaultValue={userId}>
            <option value={userId}>Me</option>
            {people
              .filter(({ id }) => id !== userId)
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            <option value="">Nobody</option>
          </Select>
        )}
      </Field>
      <Reason />
    </ActionDialog>
  );
}

/** A line of the bank belongs to a payout; anything may be one case with another discrepancy. */
function LinkTo({ discrepancy, ...handlers }: ActionProps) {
  const isBankLine = discrepancy.way === 'BANK';
  const [kind, setKind] = useState<'PAYOUT' | 'DISCREPANCY'>(isBankLine ? 'PAYOUT' : 'DISCREPANCY');
  return (
    <ActionDialog
      {...handlers}
      title="Link it to what it belongs to"
      operation={operationOf('link', discrepancy)}
      submitLabel="Link"
      success="Linked."
      inputOf={(fields) => {
        const id = typedId(String(fields.get('id')));
        const to = kind === 'PAYOUT' ? { kind, payoutId: id } : { kind, discrepancyId: id };
        return { ...reasonOf(discrepancy, fields), to };
      }}
      mutation={api.reconciliation.discrepancies.link.useMutation()}
    >
      {isBankLine && (
        <Field label="To">
          {(control) => (
            <Select
              {...control}
              value={kind}
              onChange={(event) => setKind(event.target.value === 'PAYOUT' ? 'PAYOUT' : 'DISCREPANCY')}
            >
              <option value="PAYOUT">A payout</option>
              <option value="DISCREPANCY">Another discrepancy</option>
            </Select>
          )}
        </Field>
      )}
      <Field
        label={kind === 'PAYOUT' ? 'Payout' : 'Discrepancy'}
        hint={kind === 'PAYOUT' ? 'Its id at Stripe, po_…' : 'Its id, or the address of its page.'}
      >
        {(control) => <Input {...control} name="id" required />}
      </Field>
      <Reason />
    </ActionDialog>
  );
}

function Reason() {
  return (
    <Field label="Reason">
      {(control) => <TextArea {...control} name="reason" maxLength={1000} required />}
    </Field>
  );
}

function reasonOf({ id }: Discrepancy, fields: FormData) {
  return { discrepancyId: id, reason: String(fields.get('reason')).trim() };
}

/** Once it has changed, the same action is another operation. */
function operationOf(asked: Asked, { id, updatedAt, actions }: Discrepancy): string {
  return `${asked}.${id}.${updatedAt}.${actions.length}`;
}
