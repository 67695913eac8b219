'use client';

import { type ChangeEvent, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Field, Input } from '@/ui/kit/field';
import { Panel } from '@/ui/kit/panel';
import { ErrorNote } from '@/ui/kit/states';
import { toast } from '@/ui/kit/toast';
import { api } from '../api';
import { useOnce } from '../use-once';
import { BankMapping, mappingOf, NEW_MAPPING } from './bank-mapping';
import { BankPreview } from './bank-preview';
import { importedText } from './bank-texts';

const NO_FILE = { firstDay: '', lastDay: '', file: null as { name: string; text: string } | null };

/** Lines of the bank's CSV file: chosen, looked at, then kept. Columns are mapped once and remembered per account. */
export function BankImport() {
  const [chosen, setChosen] = useState({
    account: 'main',
    mapping: NEW_MAPPING,
    usesSaved: true,
    ...NO_FILE,
  });
  const [imports, setImports] = useState(0);
  const mappings = api.reconciliation.bank.mappings.useQuery();
  const preview = api.reconciliation.bank.preview.useMutation();
  const keep = api.reconciliation.bank.import.useMutation();
  const once = useOnce('bank-import');
  const { account, file, mapping, usesSaved, firstDay, lastDay } = chosen;
  const hasSaved = mappings.data?.items.some((one) => one.account === account.trim()) ?? false;
  const hasHalfPeriod = (firstDay === '') !== (lastDay === '');
  /** What was looked at is no longer what is chosen. */
  const change = (part: Partial<typeof chosen>) => {
    preview.reset();
    keep.reset();
    setChosen((before) => ({ ...before, ...part }));
  };
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const [picked] = event.target.files ?? [];
    change({ file: null });
    if (!picked) return;
    const text = await picked.text();
    // Meanwhile another one may have been chosen.
    if (event.target.files?.[0] === picked) change({ file: { name: picked.name, text } });
  };
  const look = () =>
    preview.mutate({
      account: account.trim(),
      file: file?.text ?? '',
      ...(!(hasSaved && usesSaved) && { mapping: mappingOf(mapping) }),
      ...(firstDay && lastDay && { period: { firstDay, lastDay } }),
    });
  async function importLines() {
    // What was looked at, and nothing else.
    if (!preview.variables) return;
    const done = await once.send(preview.variables, (asked) => keep.mutateAsync(asked));
    if (done === null) return;
    toast.success(importedText(done.result));
    change(NO_FILE);
    setImports(imports + 1);
    void mappings.refetch();
  }
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel title="Import bank lines">
        <div className="grid gap-4">
          <Field label="Account" hint="A name of yours, or the last digits of its number.">
            {(control) => (
              <Input
                {...control}
                value={account}
                onChange={(event) => change({ account: event.target.value })}
                required
              />
            )}
          </Field>
          <Field label="CSV file of the bank">
            {(control) => (
              <Input
                {...control}
                // Another one after each import: a file that it still names could not be chosen again.
                key={imports}
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
                hint={name === 'firstDay' ? 'Where its lines do not reach from end to end.' : undefined}
                error={hasHalfPeriod && chosen[name] === '' ? 'Name both days, or none.' : undefined}
              >
                {(control) => (
                  <Input
                    {...control}
                    type="date"
                    value={chosen[name]}
                    onChange={(event) => change({ [name]: event.target.value })}
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
                onChange={(event) => change({ usesSaved: event.target.checked })}
              />
              Use the columns saved for this account
            </label>
          )}
          {!(hasSaved && usesSaved) && (
            <BankMapping mapping={mapping} onChange={(next) => change({ mapping: next })} />
          )}
          <ErrorNote error={preview.error ?? keep.error} isUnknown={keep.isError && once.unknown !== null} />
          <Button disabled={file === null || hasHalfPeriod} isBusy={preview.isPending} onClick={look}>
            Preview
          </Button>
        </div>
      </Panel>
      {preview.data && (
        <BankPreview
          preview={preview.data}
          fileName={file?.name ?? 'the file'}
          isImporting={keep.isPending}
          onImport={() => void importLines()}
        />
      )}
    </div>
  );
}
