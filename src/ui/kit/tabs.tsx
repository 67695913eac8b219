'use client';

import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface Tab<Id extends string> {
  id: Id;
  label: string;
  content: ReactNode;
}

/** Parts of a page of which one is shown. Arrow keys move between them. */
export function Tabs<Id extends string>({
  label,
  tabs,
  shown,
  onShow,
}: {
  label: string;
  tabs: readonly Tab<Id>[];
  shown: Id;
  onShow(id: Id): void;
}) {
  const choose = (value: string) => {
    const tab = tabs.find(({ id }) => id === value);
    if (tab) onShow(tab.id);
  };
  return (
    <Radix.Root value={shown} onValueChange={choose}>
      <Radix.List aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map(({ id, label: text }) => (
          <Radix.Trigger
            key={id}
            value={id}
            className="min-h-10 border-b-2 border-transparent px-3 text-sm whitespace-nowrap text-muted focus-visible:outline-offset-[-3px] data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-accent"
          >
            {text}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ id, content }) => (
        <Radix.Content key={id} value={id}>
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
