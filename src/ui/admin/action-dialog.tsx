'use client';

import type { FormEvent, ReactNode } from 'react';
import { toast } from 'sonner';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { describe } from '@/ui/kit/states';
import { useOperationKey } from './use-operation-key';

/**
 * A dialog that does one thing once: it builds the input from its fields, sends it with a key that survives double clicks,
 * retries and reloads, says what happened, and closes. A refusal stays in the dialog, with what was typed.
 */
export function ActionDialog<Input extends object>({
  title,
  description,
  operation: name,
  submitLabel,
  look = 'primary',
  inputOf,
  mutation,
  success,
  onClose,
  onDone,
  children,
}: {
  title: string;
  description?: string;
  /** Names the operation and what it is about, e.g. `cancel.<id>`. */
  operation: string;
  submitLabel: string;
  look?: 'primary' | 'danger';
  /** Null: what was typed is not ready; the field says why. */
  inputOf(fields: FormData): Input | null;
  mutation: {
    mutateAsync(input: Input & { idempotencyKey: string }): Promise<unknown>;
    isPending: boolean;
    isError: boolean;
    error: unknown;
  };
  success: string;
  onClose(): void;
  onDone?(): void;
  children?: ReactNode;
}) {
  const operation = useOperationKey(name);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget));
    if (input === null) return;
    try {
      await mutation.mutateAsync({ ...input, idempotencyKey: operation.keyFor(input) });
    } catch {
      // Shown below; the key is kept, so that trying again does nothing twice.
      return;
    }
    operation.done();
    toast.success(success);
    onDone?.();
    onClose();
  }
  return (
    <Dialog
      title={title}
      {...(description !== undefined && { description })}
      isOpen
      isBusy={mutation.isPending}
      onClose={onClose}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        {children}
        {mutation.isError && (
          <p role="alert" className="rounded-lg bg-bad-surface p-3 text-sm text-bad">
            {describe(mutation.error).message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose} disabled={mutation.isPending}>
            Back
          </Button>
          <Button look={look} type="submit" isBusy={mutation.isPending}>
            {submitLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
