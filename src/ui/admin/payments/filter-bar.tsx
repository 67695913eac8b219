'use client';

import { Popover } from 'radix-ui';
import { useId } from 'react';
import { stateText } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Field, Input } from '@/ui/kit/field';
import { DayField, Unfolding } from '@/ui/kit/filters';
import { AmountField } from '../amount-field';
import { isoDay, METHODS, type PaymentFilters, STATUSES, type usePaymentFilters } from './filters';

type SetFilters = ReturnType<typeof usePaymentFilters>[1];

/** Text, state, method, days and amount. */
export function FilterBar({
  filters,
  set,
  zone,
  currency,
}: {
  filters: PaymentFilters;
  set: SetFilters;
  /** Whose days are meant, as people read it. */
  zone: string;
  /** Of typed amounts; null: several are in sight, and amounts of one would find those of another. */
  currency: string | null;
}) {
  const isFiltered =
    filters.q !== '' ||
    filters.table !== '' ||
    filters.status.length > 0 ||
    filters.method.length > 0 ||
    filters.from !== null ||
    filters.to !== null ||
    filters.min !== '' ||
    filters.max !== '';
  return (
    <search aria-label="Filter payments" className="mb-4 flex flex-wrap items-start gap-3">
      <Field label="Find" className="min-w-52 flex-1">
        {(control) => (
          <Input
            {...control}
            type="search"
            placeholder="Payment id, receipt or order number"
            value={filters.q}
            onChange={(event) => void set({ q: event.target.value || null })}
          />
        )}
      </Field>
      <Unfolding>
        <Choices
          label="State"
          all={STATUSES}
          chosen={filters.status}
          choose={(status) => void set({ status: status.length > 0 ? status : null })}
        />
        <Choices
          label="Method"
          all={METHODS}
          chosen={filters.method}
          choose={(method) => void set({ method: method.length > 0 ? method : null })}
        />
        <Field label="Table" className="w-28">
          {(control) => (
            <Input
              {...control}
              maxLength={64}
              placeholder="Begins with"
              value={filters.table}
              onChange={(event) => void set({ table: event.target.value || null })}
            />
          )}
        </Field>
        <DayField
          label={`From day (${zone})`}
          day={filters.from === null ? '' : isoDay(filters.from)}
          onChange={(day) => void set({ from: day === null ? null : new Date(day) })}
        />
        <DayField
          label={`To day (${zone})`}
          day={filters.to === null ? '' : isoDay(filters.to)}
          onChange={(day) => void set({ to: day === null ? null : new Date(day) })}
        />
        {currency !== null && (
          <>
            <AmountField
              label="At least"
              currency={currency}
              value={filters.min}
              onChange={(min) => void set({ min: min || null })}
              isOptional
              className="w-32"
            />
            <AmountField
              label="At most"
              currency={currency}
              value={filters.max}
              onChange={(max) => void set({ max: max || null })}
              isOptional
              className="w-32"
            />
          </>
        )}
        {currency === null && (filters.min !== '' || filters.max !== '') && (
          <p className="self-center text-sm text-muted">
            Amounts do not filter several currencies. Choose a restaurant.
          </p>
        )}
      </Unfolding>
      {isFiltered && (
        <Button look="quiet" className="self-end" onClick={() => void set(null)}>
          Clear
        </Button>
      )}
    </search>
  );
}

/** Several of a few, in a popover. */
function Choices<Value extends string>({
  label,
  all,
  chosen,
  choose,
}: {
  label: string;
  all: readonly Value[];
  chosen: readonly Value[];
  choose(next: Value[]): void;
}) {
  const id = useId();
  const toggle = (value: Value) =>
    choose(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <div className="grid gap-1">
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
      <Popover.Root>
        <Popover.Trigger asChild>
          <Button aria-describedby={id}>
            {chosen.length === 0 ? 'Any' : chosen.map(stateText).join(', ')}
          </Button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={6}
            aria-labelledby={id}
            className="z-40 grid gap-1 rounded-xl border border-line bg-surface p-3 shadow-lg"
          >
            {all.map((value) => (
              <label key={value} className="flex min-h-9 cursor-pointer items-center gap-2 text-sm">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={chosen.includes(value)}
                  onChange={() => toggle(value)}
                />
                {stateText(value)}
              </label>
            ))}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}
