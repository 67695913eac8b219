'use client';

import { type ChangeEvent, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Field, Input, Select } from '@/ui/kit/field';
import { Panel } from '@/ui/kit/panel';
import { ErrorNote } from '@/ui/kit/states';
import { toast } from '@/ui/kit/toast';
import { api } from '../api';
import { count, money } from '../format';
import { useOnce } from '../use-once';

const DATE_FORMATS = ['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYYMMDD'] as const;

/** Lines of the bank's CSV file: chosen, looked at, then kept. Columns are mapped once and remembered per account. */
export function BankImport() {
  const [account, setAccount] = useState('main');
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [mapping, setMapping] = useState(NEW_MAPPING);
  const [usesSaved, setUsesSaved] = useState(true);
  const [period, setPeriod] = useState(NO_PERIOD);
  const mappings = api.reconciliation.bank.mappings.useQuery();
  const preview = api.reconciliation.bank.preview.useMutation();
  const keep = api.reconciliation.bank.import.useMutation();
  const once = useOnce('bank-import');
  const hasSaved = mappings.data?.items.some((one) => one.account === account.trim()) ?? false;
  const input = () => ({
    account: account.trim(),
    file: file?.text ?? '',
    ...(!(hasSaved && usesSaved) && { mapping: mappingOf(mapping) }),
    ...(period.firstDay && period.lastDay && { period }),
  });
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = event.target.files ?? [];
    preview.reset();
    keep.reset();
    setFile(chosen ? { name: chosen.name, text: await chosen.text() } : null);
  };
  async function importLines() {
    const done = await once(input(), (asked) => keep.mutateAsync(asked));
    if (done === null) return;
    toast.success(importedText(done.result));
    preview.reset();
    setFile(null);
    setPeriod(NO_PERIOD);
    void mappings.refetch();
  }
  const change =
    (name: keyof typeof NEW_MAPPING) => (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
      setMapping({ ...mapping, [name]: event.target.value });
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel title="Import bank lines">
        <div className="grid gap-4">
          <Field label="Account" hint="A name of yours, or the last digits of its number.">
            {(control) => (
              <Input
                {...control}
                value={account}
                onChange={(event) => setAccount(event.target.value)}
                required
              />
            )}
          </Field>
          <Field label="CSV file of the bank">
            {(control) => (
              <Input
                {...control}
                type="file"
                accept=".csv,text/csv"
                className="py-2"
                onChange={(event) => void choose(event)}
              />
            )}
          </Field>
          <div className="grid items-start gap-3 sm:grid-cols-2">
            {(['firstDay', 'lastDay'] as const).map((name) => (
              <Field
                key={name}
                label={name === 'firstDay' ? 'Statement from (optional)' : 'Statement to (optional)'}
                {...(name === 'firstDay' && { hint: 'Where its lines do not reach from end to end.' })}
              >
                {(control) => (
                  <Input
                    {...control}
                    type="date"
                    value={period[name]}
                    onChange={(event) => setPeriod({ ...period, [name]: event.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
          {hasSaved && (
            <label className="flex items-center gap-2 text-sm">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={usesSaved}
                onChange={(event) => setUsesSaved(event.target.checked)}
              />
              Use the columns saved for this account
            </label>
          )}
          {!(hasSaved && usesSaved) && (
            <fieldset className="grid items-start gap-3 sm:grid-cols-2">
              <legend className="mb-2 text-sm font-medium">Columns, as the file’s header names them</legend>
              {(['date', 'amount', 'description', 'reference'] as const).map((name) => (
                <Field
                  key={name}
                  label={
                    name === 'reference'
                      ? 'Reference (optional)'
                      : `${name.charAt(0).toUpperCase()}${name.slice(1)}`
                  }
                >
                  {(control) => <Input {...control} value={mapping[name]} onChange={change(name)} />}
                </Field>
              ))}
              <Field label="Date looks like">
                {(control) => (
                  <Select {...control} value={mapping.dateFormat} onChange={change('dateFormat')}>
                    {DATE_FORMATS.map((format) => (
                      <option key={format}>{format}</option>
                    ))}
                  </Select>
                )}
              </Field>
              <Field label="Columns are divided by">
                {(control) => (
                  <Select {...control} value={mapping.delimiter} onChange={change('delimiter')}>
                    <option value=",">comma</option>
                    <option value=";">semicolon</option>
                    <option value={'\t'}>tab</option>
                  </Select>
                )}
              </Field>
              <Field label="Decimal sign">
                {(control) => (
                  <Select {...control} value={mapping.decimalSign} onChange={change('decimalSign')}>
                    <option value=".">point</option>
                    <option value=",">comma</option>
                  </Select>
                )}
              </Field>
              <Field label="Currency" hint="Of all lines, e.g. USD.">
                {(control) => (
                  <Input {...control} value={mapping.currency} onChange={change('currency')} maxLength={3} />
                )}
              </Field>
            </fieldset>
          )}
          <ErrorNote error={preview.error ?? keep.error} />
          <Button
            disabled={file === null || (period.firstDay === '') !== (period.lastDay === '')}
            isBusy={preview.isPending}
            onClick={() => preview.mutate(input())}
          >
            Preview
          </Button>
        </div>
      </Panel>
      {preview.data && (
        <Panel
          title={`${count(preview.data.lineCount)} lines of ${file?.name ?? 'the file'}`}
          actions={
            <Button
              look="primary"
              size="small"
              disabled={preview.data.problems.length > 0}
              isBusy={keep.isPending}
              onClick={() => void importLines()}
            >
              Import
            </Button>
          }
        >
          <p className="text-sm text-muted">
            {count(preview.data.knownCount)} are here already, {count(preview.data.skippedCount)} are about
            something else{preview.data.zeroCount > 0 && `, ${count(preview.data.zeroCount)} move nothing`}.
          </p>
          <p className="mt-2 text-sm">{coverText(preview.data)}</p>
          {preview.data.totals.map((total) => (
            <p key={total.currency} className="tabular mt-2 font-medium">
              {money(total.amountMinor, total.currency)} in {count(total.count)}
            </p>
          ))}
          <ul className="mt-4 grid gap-1 text-sm">
            {preview.data.problems.map(({ line, problem: text }) => (
              <li key={line} className="text-bad">
                Line {line}: {text}
              </li>
            ))}
            {preview.data.lines.slice(0, 10).map((line) => (
              <li key={line.line} className="flex justify-between gap-4">
                <span className="truncate">
                  {line.bookedOn} {line.description}
                </span>
                <span className="tabular">{money(line.amountMinor, line.currency)}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

type Preview = { lineCount: number; firstDay: string | null; lastDay: string | null; isReplacement: boolean };

function coverText({ lineCount, firstDay, lastDay, isReplacement }: Preview): string {
  if (firstDay === null || lastDay === null) return 'Nothing can be imported before every line can be read.';
  const days = `The file covers ${firstDay} to ${lastDay}.`;
  const none =
    lineCount === 0
      ? ' No line is about payouts (none has the word STRIPE, or those set for this account): it shows that none arrived on these days.'
      : '';
  const again = isReplacement ? ' It was imported before and read another way: its lines are replaced.' : '';
  return `${days}${none}${again}`;
}

type Imported = {
  lineCount: number;
  newCount: number;
  removedCount: number;
  firstDay: string;
  lastDay: string;
  isRepeat: boolean;
  isReplacement: boolean;
};

function importedText(done: Imported): string {
  if (done.isRepeat) return 'This file was imported before.';
  const days = `${done.firstDay} to ${done.lastDay}`;
  if (done.lineCount === 0) return `No line is about payouts. It is kept that none arrived from ${days}.`;
  const removed = done.isReplacement ? ` ${count(done.removedCount)} of its earlier ones are gone.` : '';
  return `${count(done.newCount)} lines are new.${removed}`;
}

const NO_PERIOD = { firstDay: '', lastDay: '' };

const NEW_MAPPING = {
  date: 'Date',
  amount: 'Amount',
  description: 'Description',
  reference: '',
  dateFormat: 'YYYY-MM-DD',
  delimiter: ',',
  decimalSign: '.',
  currency: 'USD',
};

function mappingOf(typed: typeof NEW_MAPPING) {
  return {
    date: typed.date,
    dateFormat: DATE_FORMATS.find((format) => format === typed.dateFormat) ?? 'YYYY-MM-DD',
    amount: { kind: 'SIGNED' as const, column: typed.amount },
    decimalSign: typed.decimalSign === ',' ? (',' as const) : ('.' as const),
    delimiter: ([',', ';', '\t'] as const).find((sign) => sign === typed.delimiter) ?? (',' as const),
    currency: { kind: 'FIXED' as const, currency: typed.currency.toUpperCase() },
    description: typed.description,
    ...(typed.reference && { reference: typed.reference }),
  };
}
