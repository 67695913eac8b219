'use client';

import { Dialog } from '@/ui/kit/dialog';
import { Json } from '@/ui/kit/json';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';

/** An event as Stripe sent it. */
export function RawEventDialog({
  paymentId,
  eventId,
  onClose,
}: {
  paymentId: string;
  eventId: string;
  onClose(): void;
}) {
  const event = api.payments.rawEvent.useQuery({ paymentId, eventId });
  return (
    <Dialog
      title={event.data?.type ?? 'Event'}
      description="As Stripe sent it. Names, addresses, card digits and secrets are left out: they read null."
      isOpen
      onClose={onClose}
    >
      {event.isPending ? (
        <SkeletonRows rows={6} />
      ) : event.isError ? (
        <ErrorState error={event.error} retry={() => void event.refetch()} />
      ) : event.data.payload === null ? (
        <p className="text-sm text-muted">Its content was deleted by age.</p>
      ) : (
        <Json label="What Stripe sent" value={event.data.payload} className="max-h-[60dvh]" />
      )}
    </Dialog>
  );
}
