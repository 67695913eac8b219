'use client';

import { useEffect, useRef } from 'react';
import { Button } from '@/ui/kit/button';
import { Panel } from '@/ui/kit/panel';
import { count, money } from '../format';
import { coverText, type Preview } from './bank-texts';

const SHOWN = 10;

/** What an import would keep. It takes the focus, as it appears beside or below what was pressed. */
export function BankPreview({
  preview,
  fileName,
  isImporting,
  onImport,
}: {
  preview: Preview;
  fileName: string;
  isImporting: boolean;
  onImport(): void;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  const { lines, problems, knownCount, skippedCount, zeroCount } = preview;
  return (
    <div ref={place} tabIndex={-1} className="rounded-2xl">
      <Panel
        title={`${count(preview.lineCount)} lines of ${fileName}`}
        actions={
          <Button
            look="primary"
            size="small"
            disabled={problems.length > 0}
            isBusy={isImporting}
            onClick={onImport}
          >
            Import
          </Button>
        }
      >
        <p className="text-sm text-muted">
          {count(knownCount)} are here already, {count(skippedCount)} are about something else
          {zeroCount > 0 && `, ${count(zeroCount)} move nothing`}.
        </p>
        <p className="mt-2 text-sm">{coverText(preview)}</p>
        {preview.totals.map((total) => (
          <p key={total.currency} className="tabular mt-2 font-medium">
            {money(total.amountMinor, total.currency)} in {count(total.count)}
          </p>
        ))}
        <ul className="mt-4 grid gap-1 text-sm">
          {problems.map(({ line, problem: text }) => (
            <li key={line} className="text-bad">
              Line {line}: {text}
            </li>
          ))}
          {lines.slice(0, SHOWN).map((line) => (
            <li key={line.line} className="flex justify-between gap-4">
              <span className="truncate">
                {line.bookedOn} {line.description}
              </span>
              <span className="tabular">{money(line.amountMinor, line.currency)}</span>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}
