'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { describe } from '@/ui/kit/failure';
import { Field, Input, Select } from '@/ui/kit/field';
import { Panel } from '@/ui/kit/panel';
import { toast } from '@/ui/kit/toast';
import { AmountField } from '../amount-field';
import { api } from '../api';
import { operationOf } from '../operation';
import type { ViewerRestaurant } from '../viewer';
import {
  changesOf,
  type Draft,
  draftOf,
  parseWhole,
  RANGES,
  type Settings,
  type SettingsChange,
  undoOf,
} from './draft';
import { POOL_RULES } from './texts';

/** The settings as fields. Only what was changed is sent; a saved change can be undone. */
export function SettingsForm({ settings, restaurant }: { settings: Settings; restaurant: ViewerRestaurant }) {
  const { id: restaurantId, currency } = restaurant;
  const [draft, setDraft] = useState(() => draftOf(settings, currency));
  const utils = api.useUtils();
  const change = api.settings.change.useMutation({
    onSuccess: (saved) => utils.settings.get.setData({ restaurantId }, saved),
  });
  const changes = changesOf(draft, settings, currency);
  const isChanged = changes !== null && Object.keys(changes).length > 0;
  const set =
    <Name extends keyof Draft>(name: Name) =>
    (value: Draft[Name]) =>
      setDraft((before) => ({ ...before, [name]: value }));

  async function save(wanted: SettingsChange, success: string, undo: SettingsChange | null) {
    const input = { restaurantId, ...wanted };
    const tried = operationOf(`settings.${restaurantId}`).begin(input);
    try {
      await change.mutateAsync({ ...input, idempotencyKey: tried.key });
    } catch (error) {
      tried.failed(error);
      // Also after an undo, whose button is gone by then. What was typed stays.
      toast.error(describe(error).message);
      return;
    }
    tried.done();
    toast.success(
      success,
      undo === null
        ? {}
        : { action: { label: 'Undo', onClick: () => void save(undo, 'It is as before.', null) } },
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged) void save(changes, 'Settings saved.', undoOf(changes, settings));
  };

  return (
    <form onSubmit={submit} className="grid gap-4">
      <Panel title="Refunds">
        <div className="grid gap-4 sm:grid-cols-2">
          <WholeField
            unit="days"
            hint={AFTER_COMPLETION}
            label="Staff may refund for"
            value={draft.staffRefundWindowDays}
            onChange={set('staffRefundWindowDays')}
          />
          <WholeField
            unit="days"
            hint={AFTER_COMPLETION}
            label="Owners may refund for"
            value={draft.ownerRefundWindowDays}
            onChange={set('ownerRefundWindowDays')}
          />
          <AmountField
            label="Staff may refund up to"
            hint="Of one payment. Empty: no limit."
            currency={currency}
            value={draft.staffRefundLimitMinor}
            onChange={set('staffRefundLimitMinor')}
            isOptional
          />
          <AmountField
            label="Owners may refund up to"
            hint="Of one payment. Empty: no limit."
            currency={currency}
            value={draft.ownerRefundLimitMinor}
            onChange={set('ownerRefundLimitMinor')}
            isOptional
          />
        </div>
      </Panel>
      <Panel title="Guests and tips">
        <div className="grid gap-4">
          <Check
            label="Participants of a split may be reminded of their share"
            value={draft.splitRemindersEnabled}
            onChange={set('splitRemindersEnabled')}
          />
          <Check
            label="Guests are told of payments, failures and refunds by e-mail"
            value={draft.guestNotificationsEnabled}
            onChange={set('guestNotificationsEnabled')}
          />
          <Field label="Tips of a day">
            {(control) => (
              <Select
                {...control}
                value={draft.tipPoolRule}
                onChange={(event) => set('tipPoolRule')(event.target.value as Draft['tipPoolRule'])}
              >
                {Object.entries(POOL_RULES).map(([rule, text]) => (
                  <option key={rule} value={rule}>
                    {text}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      </Panel>
      <Panel title="Alerts">
        <div className="grid gap-4 sm:grid-cols-2">
          <WholeField
            unit="percent"
            hint="Of the payments of an hour."
            label="Failed payments from"
            value={draft.alertFailureRatePercent}
            onChange={set('alertFailureRatePercent')}
          />
          <WholeField
            unit="minutes"
            hint="Since it was opened."
            label="An open payment from"
            value={draft.alertPendingMinutes}
            onChange={set('alertPendingMinutes')}
          />
          <WholeField
            unit="percent"
            hint="Of the revenue of seven days."
            label="Refunds from"
            value={draft.alertRefundRatePercent}
            onChange={set('alertRefundRatePercent')}
          />
        </div>
        <p className="mt-4 text-xs text-muted">Empty: from where on the platform has set.</p>
      </Panel>
      <div className="flex flex-wrap justify-end gap-2">
        <Button disabled={change.isPending} onClick={() => setDraft(draftOf(settings, currency))}>
          Discard
        </Button>
        <Button look="primary" type="submit" disabled={!isChanged} isBusy={change.isPending}>
          Save settings
        </Button>
      </div>
    </form>
  );
}

interface TypedField<Value> {
  label: string;
  value: Value;
  onChange(value: Value): void;
}

const AFTER_COMPLETION = 'After the payment completed. Empty: no limit.';

function WholeField({
  label,
  unit,
  hint,
  value,
  onChange,
}: TypedField<string> & { unit: keyof typeof RANGES; hint: string }) {
  const isWrong = parseWhole(value, unit) === undefined;
  const { least, most } = RANGES[unit];
  return (
    <Field
      label={`${label} (${unit})`}
      hint={hint}
      error={isWrong ? `Type whole ${unit}, ${least} to ${most}.` : undefined}
    >
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function Check({ label, value, onChange }: TypedField<boolean>) {
  return (
    <label className="flex min-h-6 items-start gap-2 text-sm">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={value}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
