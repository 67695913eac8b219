'use client';

import { Badge } from '@/ui/kit/badge';
import { duration } from '../format';
import { useNow } from '../use-now';

const DAY_MS = 86_400_000;
const TICK_MS = 30_000;

/** How long evidence may still be sent, counting down; after that the bank decides without it. */
export function Deadline({ dueAt }: { dueAt: string | null }) {
  const now = useNow(TICK_MS);
  if (dueAt === null) return '–';
  const leftMs = new Date(dueAt).getTime() - now;
  if (leftMs <= 0) return <Badge tone="bad">Time is over</Badge>;
  return (
    <Badge tone={leftMs < DAY_MS ? 'bad' : leftMs < 3 * DAY_MS ? 'warning' : 'neutral'}>
      {leftText(leftMs)}
    </Badge>
  );
}

/** Seconds would only make people nervous. */
function leftText(leftMs: number): string {
  return leftMs < 60_000 ? 'less than a minute left' : `${duration(leftMs - (leftMs % 60_000))} left`;
}
