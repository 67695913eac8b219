'use client';

import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useNav } from './nav';
import { useAdminHref } from './use-admin-href';

const ITEM = 'flex cursor-pointer items-center gap-3 rounded-lg px-3 py-2 text-sm aria-selected:bg-sunken';

/** What can be gone to: pages by name, payments by what is typed. */
export function PaletteDialog({ onClose }: { onClose(): void }) {
  const [typed, setTyped] = useState('');
  const pages = useNav();
  const router = useRouter();
  const hrefTo = useAdminHref();

  const go = (path: string, more?: Record<string, string>) => {
    onClose();
    router.push(hrefTo(path, more));
  };
  return (
    <Command.Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      label="Go to a page or find a payment"
      overlayClassName="fixed inset-0 z-40 bg-black/40"
      contentClassName="fixed top-24 left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 rounded-2xl border border-line bg-surface p-2"
    >
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder="Page, payment id, receipt or order number"
        className="min-h-11 w-full rounded-lg bg-transparent px-3 text-sm outline-none placeholder:text-muted"
      />
      <Command.List className="mt-2 max-h-80 overflow-y-auto">
        {typed.trim() !== '' && (
          <Command.Item
            className={ITEM}
            value={`find ${typed}`}
            onSelect={() => go('/admin/payments', { q: typed.trim() })}
          >
            <Search size={16} aria-hidden />
            Find payments with “{typed.trim()}”
          </Command.Item>
        )}
        {pages.map(({ href, label, icon: Icon }) => (
          <Command.Item key={href} className={ITEM} value={label} onSelect={() => go(href)}>
            <Icon size={16} aria-hidden />
            {label}
          </Command.Item>
        ))}
      </Command.List>
    </Command.Dialog>
  );
}
