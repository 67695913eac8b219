'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { describe } from '@/ui/kit/failure';
import { Field, Input, TextArea } from '@/ui/kit/field';
import { Panel } from '@/ui/kit/panel';
import { toast } from '@/ui/kit/toast';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { useDraft } from '../use-draft';
import {
  type EvidenceFile,
  type EvidenceText,
  FIRST_TEXTS,
  SHORT_TEXTS,
  TEXT_FIELDS,
} from './evidence-fields';
import { EvidenceFiles } from './evidence-files';

type Texts = Partial<Record<EvidenceText, string>>;
const NAMES = Object.keys(TEXT_FIELDS) as EvidenceText[];
const EMPTY = Object.fromEntries(NAMES.map((name) => [name, ''])) as Record<EvidenceText, string>;

/** The answer to the bank: texts and files. It is sent once, so it is asked for a second time before it goes. */
export function EvidenceForm({ disputeId, onDone }: { disputeId: string; onDone(): void }) {
  const { draft, change, forget } = useDraft(`evidence.${disputeId}`, EMPTY);
  const [files, setFiles] = useState<EvidenceFile[]>([]);
  // What was typed there is in sight again after a reload.
  const [isUnfolded, setUnfolded] = useState(() =>
    NAMES.slice(FIRST_TEXTS).some((name) => draft[name] !== ''),
  );
  const [isAsking, setAsking] = useState(false);
  const submit = api.disputes.submitEvidence.useMutation();
  const said = Object.fromEntries(
    Object.entries(draft)
      .map(([name, text]) => [name, text.trim()] as const)
      .filter(([, text]) => text !== ''),
  ) as Texts;
  const parts = Object.keys(said).length + files.length;
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (parts === 0) toast.error('Say or show something first: a bank is answered once.');
    else setAsking(true);
  };
  return (
    <Panel title="Answer the bank">
      <form onSubmit={ask} className="grid gap-4">
        <p className="text-sm text-muted">
          The bank reads this once. Say what happened, and show what proves it.
        </p>
        {NAMES.slice(0, isUnfolded ? NAMES.length : FIRST_TEXTS).map((name) => (
          <Field key={name} label={TEXT_FIELDS[name][0]} hint={TEXT_FIELDS[name][1] || undefined}>
            {(control) => {
              const field = {
                ...control,
                value: draft[name],
                onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }),
              };
              return SHORT_TEXTS.has(name) ? (
                <Input {...field} maxLength={500} />
              ) : (
                <TextArea {...field} maxLength={20_000} />
              );
            }}
          </Field>
        ))}
        {!isUnfolded && (
          <div>
            <Button look="quiet" onClick={() => setUnfolded(true)}>
              More fields
            </Button>
          </div>
        )}
        <EvidenceFiles files={files} onChange={setFiles} />
        <div className="flex justify-end">
          <Button look="primary" type="submit">
            Review and send
          </Button>
        </div>
      </form>
      {isAsking && (
        <ActionDialog
          title="Send the answer"
          description={`${parts} ${parts === 1 ? 'part goes' : 'parts go'} to the bank. It cannot be changed afterwards.`}
          operation={`evidence.${disputeId}`}
          submitLabel="Send to the bank"
          inputOf={() => ({ disputeId, texts: said, files })}
          mutation={submit}
          success="The answer is on its way to the bank."
          onClose={() => {
            setAsking(false);
            if (submit.isError) toast.error(describe(submit.error).message);
          }}
          onDone={() => {
            forget();
            onDone();
          }}
        />
      )}
    </Panel>
  );
}
