'use client';

import { useState } from 'react';
import type { LiveEvent } from '../use-live';
import { NOTHING_HEARD, waitingOf, withEvent } from './live-rows';

/**
 * What live events do to the rows on the page: known ones are asked for anew, new payments counted until they are asked for.
 * @param list what the list shows; of another one nothing was heard yet
 */
export function useLiveRows(rows: readonly { id: string }[], list: string, refresh: () => void) {
  const [kept, setKept] = useState({ list, heard: NOTHING_HEARD });
  const heard = kept.list === list ? kept.heard : NOTHING_HEARD;
  const known = new Set(rows.map(({ id }) => id));
  const waiting = waitingOf(heard, known);
  return {
    waiting: waiting.size,
    fresh: heard.fresh,
    onEvent(event: LiveEvent) {
      const { type, paymentId } = event;
      if (paymentId === null || !type.startsWith('payment:')) return;
      // Several may come before the page is drawn again.
      setKept((before) => ({
        list,
        heard: withEvent(before.list === list ? before.heard : NOTHING_HEARD, { type, paymentId }, known),
      }));
      if (known.has(paymentId)) refresh();
    },
    showNew() {
      setKept({ list, heard: { created: new Set(), fresh: waiting } });
      refresh();
    },
  };
}
