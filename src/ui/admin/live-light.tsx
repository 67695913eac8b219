'use client';

import { cx } from '@/ui/kit/cx';
import { useConnection } from './connection';

const TEXTS = { off: 'Not live', live: 'Live', lost: 'Reconnecting' } as const;

/** Whether live events arrive. After a break they resume where they stopped. `isWordy`: in words on narrow screens too. */
export function LiveLight({ isWordy = false }: { isWordy?: boolean }) {
  const connection = useConnection();
  return (
    <span role="status" className="flex items-center gap-2 text-xs text-muted">
      <span
        aria-hidden
        className={cx(
          'size-2 rounded-full',
          connection === 'live' ? 'bg-good' : connection === 'lost' ? 'bg-warning' : 'bg-line',
        )}
      />
      <span className={isWordy ? undefined : 'hidden sm:inline'}>{TEXTS[connection]}</span>
    </span>
  );
}
