'use client';

import { Field, Input } from '@/ui/kit/field';
import { parseMoney } from './format';

/** A field for an amount, as text until it is read with `parseMoney`. What is typed and is no amount is said at once. */
export function AmountField({
  label,
  currency,
  value,
  onChange,
  hint,
  isOptional = false,
  className,
}: {
  label: string;
  currency: string;
  value: string;
  onChange(typed: string): void;
  hint?: string;
  isOptional?: boolean;
  className?: string;
}) {
  const isWrong = value.trim() !== '' && parseMoney(value, currency) === null;
  return (
    <Field
      label={`${label} (${currency})`}
      hint={hint}
      error={isWrong ? `This is no amount in ${currency}.` : undefined}
      {...(className !== undefined && { className })}
    >
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          autoComplete="off"
          value={value}
          required={!isOptional}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
