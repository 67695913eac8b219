import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cx } from './cx';

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border border-line bg-surface text-text hover:bg-sunken',
  quiet: 'text-text hover:bg-sunken',
  danger: 'bg-bad text-surface hover:opacity-90',
} as const;

export interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof LOOKS;
  size?: 'normal' | 'small';
  /** Shows that the work runs, and refuses a second click. */
  isBusy?: boolean;
  /** Gives its only child, such as a link, the looks of a button. */
  asChild?: boolean;
}

/** The button of the admin and demo pages (Tailwind). Other pages use src/ui/button.tsx. */
export function Button({
  look = 'plain',
  size = 'normal',
  isBusy = false,
  asChild,
  className,
  ...props
}: ButtonProps) {
  const classes = cx(
    'inline-flex items-center justify-center gap-2 rounded-lg font-medium no-underline transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-50 aria-busy:cursor-progress',
    size === 'normal' ? 'min-h-10 px-4 text-sm' : 'min-h-8 px-3 text-xs',
    LOOKS[look],
    className,
  );
  if (asChild) return <Slot.Root className={classes}>{props.children}</Slot.Root>;
  return (
    <button
      type="button"
      {...props}
      disabled={props.disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={classes}
    />
  );
}
