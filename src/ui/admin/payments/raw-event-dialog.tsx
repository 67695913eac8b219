'use client';

import { Dialog } from '@/ui/kit/dialog';
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
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
          tabIndex={0}
          className="max-h-[60dvh] overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs"
        >
          {JSON.stringify(event.data.payload, null, 2)}
        </pre>
      )}
    </Dialog>
  );
}
