'use client';

import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { ErrorNote } from '@/ui/kit/states';
import { toast } from '@/ui/kit/toast';
import { useOnce } from './use-once';

/**
 * A dialog that does one thing once: it builds the input from its fields, sends it with a key that survives double clicks,
 * retries and reloads, says what happened, and closes. A refusal stays in the dialog, with what was typed. While nobody knows
 * whether it was done, its fields rest and pressing again sends the same.
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
  draft,
  onClose,
  onDone,
  onRefused,
  children,
}: {
  title: string;
  description?: string;
  /** Names the operation and what it is about, e.g. `cancel.<id>`. */
  operation: string;
  /** @param unknown what was sent while nobody knows whether it was done */
  submitLabel: string | ((unknown: Input | null) => string);
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
  /** Of dialogs that keep what was typed: it is forgotten when it was done or given up, not while nobody knows. */
  draft?: { forget(): void };
  onClose(): void;
  onDone?(): void;
  /** The server has decided against it: what the dialog shows may be old. */
  onRefused?(): void;
  /** @param isUnknown the fields rest: what they hold was sent, and may be done */
  children?: ReactNode | ((isUnknown: boolean) => ReactNode);
}) {
  const once = useOnce(name, onRefused);
  const [hasFailed, setFailed] = useState(false);
  // Fields that kept nothing are empty in a dialog that is opened again: then what is typed counts.
  const unknown = draft || hasFailed ? (once.unknown as Input | null) : null;
  const isUnknown = unknown !== null;
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = unknown ?? inputOf(new FormData(event.currentTarget));
    if (input === null) return;
    const done = await once.send(input, (asked) => mutation.mutateAsync(asked));
    if (done === null) {
      setFailed(true);
      return;
    }
    // By its name, so that a double click is not told twice.
    toast.success(typeof success === 'string' ? success : success(done.result), { id: name });
    draft?.forget();
    onDone?.();
    onClose();
  }
  const giveUp = () => {
    if (!isUnknown) draft?.forget();
    onClose();
  };
  return (
    <Dialog
      title={title}
      {...(description !== undefined && { description })}
      isOpen
      isBusy={mutation.isPending}
      onClose={giveUp}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        {/* At rest while it is sent, too: what they show is what was asked for. */}
        <fieldset disabled={isUnknown || mutation.isPending} className="m-0 grid min-w-0 gap-4 p-0">
          {typeof children === 'function' ? children(isUnknown) : children}
        </fieldset>
        <ErrorNote error={mutation.error} isUnknown={isUnknown && !mutation.isPending} />
        <div className="flex justify-end gap-2">
          <Button onClick={giveUp} disabled={mutation.isPending}>
            Back
          </Button>
          <Button look={look} type="submit" isBusy={mutation.isPending}>
            {typeof submitLabel === 'function' ? submitLabel(unknown) : submitLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
