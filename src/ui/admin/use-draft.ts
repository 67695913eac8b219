'use client';

import { useState } from 'react';
import { forgetTab, readTab, writeTab } from './tab-store';

/**
 * What a person has typed in a dialog, kept in this tab over a reload or a new sign-in until it is done or given up. What is
 * stored lacks nothing of `initial`: a shape of an older version is completed by it.
 */
export function useDraft<Draft extends Record<string, string | boolean>>(
  name: string,
  initial: Draft,
): { draft: Draft; change(part: Partial<Draft>): void; forget(): void } {
  const [place] = useState(`tabsy.draft.${name}`);
  const [draft, setDraft] = useState<Draft>(() => ({ ...initial, ...(readTab(place) as Draft | null) }));
  return {
    draft,
    change(part) {
      const next = { ...draft, ...part };
      setDraft(next);
      writeTab(place, next);
    },
    forget: () => forgetTab(place),
  };
}
