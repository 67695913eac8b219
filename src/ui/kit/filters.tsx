'use client';

import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { cx } from './cx';
import { Field, Input, Select } from './field';

/** Filters that fold away on narrow screens, beside whatever stays in sight. */
export function Unfolding({ children }: { children: ReactNode }) {
  const [isUnfolded, setUnfolded] = useState(false);
  return (
    <>
      <Button
        className="self-end md:hidden"
        aria-expanded={isUnfolded}
        onClick={() => setUnfolded(!isUnfolded)}
      >
        Filters
      </Button>
      <div
        className={cx('w-full flex-wrap items-start gap-3 md:flex md:w-auto', isUnfolded ? 'flex' : 'hidden')}
      >
        {children}
      </div>
    </>
  );
}

/** A day as `2026-11-23`; null when it is cleared. */
export function DayField({
  label,
  day,
  onChange,
}: {
  label: string;
  day: string;
  onChange(day: string | null): void;
}) {
  return (
    <Field label={label} className="min-w-36 flex-1 md:w-40 md:flex-none">
      {(control) => (
        <Input
          {...control}
          type="date"
          value={day}
          onChange={(event) => onChange(event.target.value || null)}
        />
      )}
    </Field>
  );
}

/** One of a few, or none of them: what `none` says then. */
export function OneOf<Value extends string>({
  label,
  none,
  all,
  chosen,
  onChoose,
  textOf,
  className,
}: {
  label: string;
  none: string;
  all: readonly Value[];
  chosen: NoInfer<Value> | null;
  onChoose(value: NoInfer<Value> | null): void;
  textOf(value: NoInfer<Value>): string;
  className?: string;
}) {
  return (
    <Field label={label} {...(className !== undefined && { className })}>
      {(control) => (
        <Select
          {...control}
          value={chosen ?? ''}
          onChange={(event) => onChoose(all.find((one) => one === event.target.value) ?? null)}
        >
          <option value="">{none}</option>
          {all.map((one) => (
            <option key={one} value={one}>
              {textOf(one)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
