'use client';

import Link from 'next/link';
import { useState } from 'react';
import { StateBadge } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { money, time } from '../format';
import { useAdminHref } from '../use-admin-href';
import { type LiveEvent, useLive } from '../use-live';
import { useViewer } from '../viewer';

type Step = Extract<LiveEvent, { totalMinor: number; paymentId: string }>;
const SHOWN = 12;

/** The latest steps of payments as they happen. */
export function Ticker() {
  const { restaurants } = useViewer();
  const href = useAdminHref();
  const [steps, setSteps] = useState<readonly Step[]>([]);
  useLive(
    (event) => {
      if (
        event.type !== 'payment:created' &&
        event.type !== 'payment:status_updated' &&
        event.type !== 'payment:refunded'
      )
        return;
      setSteps((before) => [event as Step, ...before].slice(0, SHOWN));
    },
    () => setSteps([]),
  );
  return (
    <Panel title="Now">
      {steps.length === 0 ? (
        <p className="text-sm text-muted">Payments appear here as they happen.</p>
      ) : (
        <ol aria-live="polite" className="grid gap-3">
          {steps.map((step) => {
            const place = restaurants.find(({ id }) => id === step.restaurantId);
            return (
              <li key={step.eventId} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
                <Link href={href(`/admin/payments/${step.paymentId}`)} className="tabular font-medium">
                  {money(step.totalMinor, step.currency, place?.locale)}
                </Link>
                <StateBadge state={step.status} />
                <span className="text-xs text-muted">
                  {time(step.at, place?.timeZone ?? 'UTC', place?.locale)} {place?.name}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}
