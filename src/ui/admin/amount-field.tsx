'use client';

import { Field, Input } from '@/ui/kit/field';
import { money, parseMoney } from './format';

/** A field for an amount, as text until it is read with `parseMoney`. What is typed and is no amount is said at once. */
export function AmountField({
  label,
  currency,
  value,
  onChange,
  hint,
  minMinor = 0,
  isOptional = false,
  className,
}: {
  label: string;
  currency: string;
  value: string;
  onChange(typed: string): void;
  hint?: string;
  /** The least that makes sense; minor units. */
  minMinor?: number;
  isOptional?: boolean;
  className?: string;
}) {
  const problem = value.trim() === '' ? undefined : amountProblem(value, currency, minMinor);
  return (
    <Field
      label={`${label} (${currency})`}
      hint={hint}
      error={problem}
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

/** What is wrong with a typed amount. @param minMinor the least that makes sense */
function amountProblem(typed: string, currency: string, minMinor = 0): string | undefined {
  const minor = parseMoney(typed, currency);
  if (minor === null) return `This is no amount in ${currency}.`;
  return minor < minMinor ? `Type at least ${money(minMinor, currency)}.` : undefined;
}
