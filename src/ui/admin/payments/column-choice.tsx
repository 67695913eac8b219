'use client';

import { Columns3 } from 'lucide-react';
import { Popover } from 'radix-ui';
import { Button } from '@/ui/kit/button';
import { useStored } from '../use-stored';

const isIds = (stored: unknown): stored is string[] =>
  Array.isArray(stored) && stored.every((id) => typeof id === 'string');

export function useHiddenColumns() {
  return useStored<string[]>('tabsy.payments.hidden-columns', ['restaurant', 'refunded', 'id'], isIds);
}

/** Which columns the table shows, on this device. */
export function ColumnChoice({
  columns,
  hidden,
  onChange,
}: {
  columns: readonly { id: string; header: string }[];
  hidden: readonly string[];
  onChange(hidden: string[]): void;
}) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button>
          <Columns3 size={16} aria-hidden />
          Columns
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          aria-label="Columns"
          className="z-40 grid gap-1 rounded-xl border border-line bg-surface p-3 shadow-lg"
        >
          {columns.map(({ id, header }) => (
            <label key={id} className="flex min-h-9 cursor-pointer items-center gap-2 text-sm">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={!hidden.includes(id)}
                onChange={(event) =>
                  onChange(event.target.checked ? hidden.filter((one) => one !== id) : [...hidden, id])
                }
              />
              {header}
            </label>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
