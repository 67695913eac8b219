'use client';

import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Field, Input, Select } from '@/ui/kit/field';
import { type EvidenceFile, FILE_KINDS, FILE_TYPES } from './evidence-fields';

const KINDS = Object.keys(FILE_KINDS) as EvidenceFile['kind'][];
const MOST_BYTES = 5_000_000;
const FILE_ID = /^file_\w{1,200}$/;

/** Files that were uploaded at Stripe, named by their ids: the bytes never come here. One of each kind. */
export function EvidenceFiles({
  files,
  onChange,
}: {
  files: readonly EvidenceFile[];
  onChange(next: EvidenceFile[]): void;
}) {
  const free = KINDS.filter((kind) => !files.some((file) => file.kind === kind));
  const [isAdding, setAdding] = useState(false);
  return (
    <fieldset className="m-0 grid gap-3 rounded-lg border border-line p-4">
      <legend className="px-1 text-sm font-medium">Files</legend>
      <p className="text-xs text-muted">
        Upload a file in the Stripe dashboard first, then name it here by its id. PDF, JPEG or PNG, up to 5
        MB.
      </p>
      <ul className="grid gap-2">
        {files.map((file) => (
          <li key={file.kind} className="flex items-center justify-between gap-2 text-sm">
            <span className="min-w-0">
              {FILE_KINDS[file.kind]}: {file.name}{' '}
              <span className="font-mono text-xs text-muted">{file.fileId}</span>
            </span>
            <Button
              look="quiet"
              size="small"
              aria-label={`Leave ${file.name} out`}
              onClick={() => onChange(files.filter((one) => one !== file))}
            >
              <X size={14} aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      {isAdding && free.length > 0 ? (
        <AddFile
          kinds={free}
          onCancel={() => setAdding(false)}
          onAdd={(file) => {
            onChange([...files, file]);
            setAdding(false);
          }}
        />
      ) : (
        <div>
          <Button size="small" disabled={free.length === 0} onClick={() => setAdding(true)}>
            <Plus size={14} aria-hidden /> Add a file
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function AddFile({
  kinds,
  onAdd,
  onCancel,
}: {
  kinds: readonly EvidenceFile['kind'][];
  onAdd(file: EvidenceFile): void;
  onCancel(): void;
}) {
  const [kind, setKind] = useState(kinds[0] ?? 'uncategorizedFile');
  const [fileId, setFileId] = useState('');
  const [chosen, setChosen] = useState<File | null>(null);
  const contentType = (Object.keys(FILE_TYPES) as EvidenceFile['contentType'][]).find(
    (type) => type === chosen?.type,
  );
  const isIdWrong = fileId !== '' && !FILE_ID.test(fileId);
  const fileProblem =
    chosen === null
      ? undefined
      : contentType === undefined
        ? 'Banks take PDF, JPEG and PNG.'
        : chosen.size > MOST_BYTES
          ? 'Banks take files up to 5 MB.'
          : undefined;
  const isReady =
    FILE_ID.test(fileId) && chosen !== null && contentType !== undefined && fileProblem === undefined;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="What it shows">
        {(control) => (
          <Select
            {...control}
            value={kind}
            onChange={(event) => setKind(kinds.find((one) => one === event.target.value) ?? kind)}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {FILE_KINDS[one]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Id at Stripe" error={isIdWrong ? 'Ids of files begin with file_.' : undefined}>
        {(control) => (
          <Input
            {...control}
            placeholder="file_…"
            value={fileId}
            onChange={(event) => setFileId(event.target.value.trim())}
          />
        )}
      </Field>
      <Field
        label="The same file on this device"
        hint="Only its name, kind and size are read."
        error={fileProblem}
        className="sm:col-span-2"
      >
        {(control) => (
          <Input
            {...control}
            type="file"
            className="py-2"
            accept={Object.keys(FILE_TYPES).join(',')}
            onChange={(event) => setChosen(event.target.files?.[0] ?? null)}
          />
        )}
      </Field>
      <div className="flex gap-2 sm:col-span-2">
        <Button
          size="small"
          look="primary"
          disabled={!isReady}
          onClick={() => {
            if (isReady)
              onAdd({ kind, fileId, name: chosen.name.slice(0, 255), contentType, sizeBytes: chosen.size });
          }}
        >
          Add
        </Button>
        <Button size="small" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
