'use client';

import Link from 'next/link';
import { useState } from 'react';
import { StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Field, TextArea } from '@/ui/kit/field';
import { Panel } from '@/ui/kit/panel';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { dateTime, money } from '../format';
import { useAdminHref } from '../use-admin-href';
import { useRestaurantById } from '../viewer';
import type { SplitGroup } from './splits-page';

type Participant = SplitGroup['participants'][number];
type Asked = { what: 'cancel' } | { what: 'remind' | 'cash'; participant: Participant };

/** One group: its progress and its shares. */
export function GroupCard({ group, onDone }: { group: SplitGroup; onDone(): void }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const restaurant = useRestaurantById(group.restaurantId);
  const amount = (minor: number) => money(minor, group.currency, restaurant?.locale);
  const isOpen = group.state === 'OPEN';
  const close = () => setAsked(null);
  const href = useAdminHref();
  return (
    <Panel
      title={`${amount(group.paidMinor)} of ${amount(group.totalMinor)} paid`}
      actions={
        <>
          <StateBadge state={group.state} />
          {isOpen && (
            <Button size="small" onClick={() => setAsked({ what: 'cancel' })}>
              Cancel group
            </Button>
          )}
        </>
      }
    >
      <progress
        className="mb-3 h-2 w-full overflow-hidden rounded-full accent-accent"
        max={group.totalMinor}
        value={group.paidMinor}
        aria-label="Paid part of the bill"
      />
      <p className="mb-3 text-xs text-muted">
        {restaurant?.name ?? group.restaurantId}, since{' '}
        {dateTime(group.createdAt, restaurant?.timeZone ?? 'UTC', restaurant?.locale)}
      </p>
      <ul className="grid gap-3">
        {group.participants.map((participant, index) => (
          <li key={participant.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
            <span className="min-w-28 flex-1">
              {participant.name ?? participant.email ?? `Guest ${index + 1}`}
            </span>
            <span className="tabular">
              {amount(participant.amountMinor)}
              {participant.tipMinor > 0 && (
                <span className="text-muted"> + {amount(participant.tipMinor)} tip</span>
              )}
            </span>
            <StateBadge state={participant.payment.status} />
            <Link href={href(`/admin/payments/${participant.payment.id}`)} className="text-xs">
              Payment
            </Link>
            {isOpen && !participant.hasPaid && (
              <span className="flex gap-2">
                {participant.email && (
                  <Button size="small" onClick={() => setAsked({ what: 'remind', participant })}>
                    Remind
                  </Button>
                )}
                <Button size="small" onClick={() => setAsked({ what: 'cash', participant })}>
                  Took cash
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {asked?.what === 'cancel' && <CancelGroup groupId={group.id} onClose={close} onDone={onDone} />}
      {asked?.what === 'remind' && (
        <Remind groupId={group.id} participant={asked.participant} onClose={close} onDone={onDone} />
      )}
      {asked?.what === 'cash' && (
        <TakeCash
          groupId={group.id}
          participant={asked.participant}
          total={amount(asked.participant.amountMinor + asked.participant.tipMinor)}
          onClose={close}
          onDone={onDone}
        />
      )}
    </Panel>
  );
}

interface Dialog {
  groupId: string;
  onClose(): void;
  onDone(): void;
}

function CancelGroup({ groupId, onClose, onDone }: Dialog) {
  return (
    <ActionDialog
      title="Cancel the group"
      description="Open shares are cancelled at Stripe, paid ones are refunded."
      operation={`split-cancel.${groupId}`}
      submitLabel="Cancel the group"
      look="danger"
      inputOf={(fields) => {
        const reason = String(fields.get('reason')).trim();
        return { groupId, ...(reason && { reason }) };
      }}
      mutation={api.splits.cancel.useMutation()}
      success="The group is being cancelled."
      onClose={onClose}
      onDone={onDone}
    >
      <Field label="Reason" hint="Optional">
        {(control) => <TextArea {...control} name="reason" maxLength={500} />}
      </Field>
    </ActionDialog>
  );
}

function Remind({ groupId, participant, onClose, onDone }: Dialog & { participant: Participant }) {
  return (
    <ActionDialog
      title="Send a reminder"
      description={`To ${participant.email ?? participant.name ?? 'the participant'}.`}
      operation={`split-remind.${participant.id}`}
      submitLabel="Send"
      inputOf={() => ({ groupId, participantId: participant.id })}
      mutation={api.splits.remind.useMutation()}
      success={({ queued }) =>
        queued ? 'The reminder is on its way.' : 'Nothing was sent: reminders are off, or they want none.'
      }
      onClose={onClose}
      onDone={onDone}
    />
  );
}

function TakeCash({
  groupId,
  participant,
  total,
  onClose,
  onDone,
}: Dialog & { participant: Participant; total: string }) {
  return (
    <ActionDialog
      title={`Took ${total} in cash`}
      description="The share's card payment is cancelled first; then the cash is booked."
      operation={`split-cash.${participant.id}`}
      submitLabel="The money is here"
      inputOf={() => ({ groupId, participantId: participant.id })}
      mutation={api.splits.takeCash.useMutation()}
      success={`${total} in cash is booked.`}
      onClose={onClose}
      onDone={onDone}
    />
  );
}
