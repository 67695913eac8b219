'use client';

import { Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { Button } from '@/ui/kit/button';

/** Not before it is asked for: few visits to a page open it. */
const PaletteDialog = dynamic(() => import('./palette-dialog').then((module) => module.PaletteDialog), {
  ssr: false,
});

/** `/` or Ctrl+K: go to a page, or look a payment up by id, receipt or order number. */
export function CommandPalette() {
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      const isSlash = event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey;
      const isCtrlK = event.key === 'k' && (event.ctrlKey || event.metaKey);
      if (!isSlash && !isCtrlK) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', open);
    return () => document.removeEventListener('keydown', open);
  }, []);

  return (
    <>
      <Button
        look="plain"
        size="small"
        aria-label="Search"
        aria-keyshortcuts="/ Control+K"
        onClick={() => setOpen(true)}
      >
        <Search size={14} aria-hidden />
        <span className="hidden sm:inline">Search</span>
        <kbd className="hidden rounded border border-line px-1 font-mono text-xs text-muted sm:inline">/</kbd>
      </Button>
      {isOpen && <PaletteDialog onClose={() => setOpen(false)} />}
    </>
  );
}
