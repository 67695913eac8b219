'use client';

import { type FormEvent, type ReactNode, useRef } from 'react';
import { toast } from 'sonner';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { SignInAgain } from '@/ui/kit/sign-in-again';
import { describe, isSignedOut } from '@/ui/kit/states';
import { useOperationKey } from './use-operation-key';

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
    isError: boolean;
    error: unknown;
  };
  /** What is said then; may depend on what the server answered. */
  success: string | ((result: Result) => string);
  onClose(): void;
  onDone?(): void;
  children?: ReactNode;
}) {
  const operation = useOperationKey(name);
  const isSending = useRef(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget));
    // The second click of two comes before the button is drawn as busy.
    if (input === null || isSending.current) return;
    isSending.current = true;
    let result: Result;
    try {
      result = await mutation.mutateAsync({ ...input, idempotencyKey: operation.keyFor(input) });
    } catch {
      // Shown below; the key is kept, so that trying again does nothing twice.
      return;
    } finally {
      isSending.current = false;
    }
    operation.done();
    // By its name, so that a double click is not told twice.
    toast.success(typeof success === 'string' ? success : success(result), { id: name });
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
          <div role="alert" className="grid justify-items-start gap-3 rounded-lg bg-bad-surface p-3 text-sm">
            <p className="text-bad">{describe(mutation.error).message}</p>
            {isSignedOut(mutation.error) && (
              <>
                <p>Nothing was done.</p>
                <SignInAgain />
              </>
            )}
          </div>
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
