'use client';

import type { FormEvent, ReactNode } from 'react';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { ErrorNote } from '@/ui/kit/states';
import { toast } from '@/ui/kit/toast';
import { useOnce } from './use-once';

/**
 * A dialog that does one thing once: it builds the input from its fields, sends it with a key that survives double clicks,
 * retries and reloads, says what happened, and closes. A refusal stays in the dialog, with what was typed.
 */
export function ActionDialog<Input extends object, Result>({
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
    mutateAsync(input: Input & { idempotencyKey: string }): Promise<Result>;
    isPending: boolean;
    error: unknown;
  };
  /** What is said then; may depend on what the server answered. */
  success: string | ((result: Result) => string);
  onClose(): void;
  onDone?(): void;
  children?: ReactNode;
}) {
  const once = useOnce(name);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget));
    if (input === null) return;
    const done = await once(input, (asked) => mutation.mutateAsync(asked));
    if (done === null) return;
    // By its name, so that a double click is not told twice.
    toast.success(typeof success === 'string' ? success : success(done.result), { id: name });
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
        <ErrorNote error={mutation.error} />
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
