'use client';

import { Bookmark, X } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Field, Input } from '@/ui/kit/field';
import { useStored } from '../use-stored';

interface SavedView {
  name: string;
  query: string;
}

const isViews = (stored: unknown): stored is SavedView[] =>
  Array.isArray(stored) &&
  stored.every((view) => typeof view === 'object' && view !== null && 'name' in view && 'query' in view);

/** Filters under a name, on this device. */
export function SavedViews() {
  const [views, setViews] = useStored<SavedView[]>('tabsy.payments.views', [], isViews);
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams().toString();
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    if (name !== '') setViews([...views.filter((view) => view.name !== name), { name, query }]);
    event.currentTarget.reset();
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button>
          <Bookmark size={16} aria-hidden />
          Views
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          aria-label="Saved views"
          className="z-40 grid w-72 gap-3 rounded-xl border border-line bg-surface p-3 shadow-lg"
        >
          {views.length === 0 && <p className="text-sm text-muted">No view is saved yet.</p>}
          <ul className="grid gap-1">
            {views.map((view) => (
              <li key={view.name} className="flex items-center gap-1">
                <Button
                  look="quiet"
                  className="flex-1 justify-start"
                  onClick={() => {
                    setOpen(false);
                    router.push(`${pathname}?${view.query}`);
                  }}
                >
                  {view.name}
                </Button>
                <Button
                  look="quiet"
                  size="small"
                  aria-label={`Forget ${view.name}`}
                  onClick={() => setViews(views.filter((one) => one.name !== view.name))}
                >
                  <X size={14} aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
          <form onSubmit={save} className="flex items-end gap-2">
            <Field label="Save these filters as" className="flex-1">
              {(control) => <Input {...control} name="name" maxLength={40} required />}
            </Field>
            <Button type="submit">Save</Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
