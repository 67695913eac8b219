'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button';

/** A dialog over the page. Focus stays inside and returns; Escape closes it, unless `isBusy`. */
export function Dialog({
  title,
  description,
  isOpen,
  isBusy = false,
  onClose,
  children,
}: {
  title: string;
  description?: string;
  isOpen: boolean;
  isBusy?: boolean;
  onClose(): void;
  children: ReactNode;
}) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(next) => !next && !isBusy && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          // What is to be filled in comes before the way out.
          onOpenAutoFocus={(event) => {
            const field = (event.currentTarget as HTMLElement).querySelector<HTMLElement>(
              'input:enabled, select:enabled, textarea:enabled',
            );
            if (field === null) return;
            event.preventDefault();
            field.focus();
          }}
          className="fixed top-1/2 left-1/2 z-50 max-h-[90dvh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-2xl border border-line bg-surface p-6"
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description && (
                <Radix.Description className="mt-1 text-sm text-muted">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <Button look="quiet" size="small" aria-label="Close" disabled={isBusy}>
                <X size={16} aria-hidden />
              </Button>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
