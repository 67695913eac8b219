import { factTexts } from './fact-text';
import { WAY_TEXTS } from './words';

/** Ours beside theirs, and every fact that the verdict stands on. */
export function SideBySide({
  ours,
  theirs,
  way,
  facts,
  currency,
  locale,
}: {
  ours: string | null;
  theirs: string | null;
  way: string | null;
  facts: Record<string, unknown> | null;
  /** Of amounts among the facts. */
  currency: string | null;
  locale: string | undefined;
}) {
  const texts = way === null ? undefined : WAY_TEXTS[way];
  return (
    <div className="grid gap-3 rounded-lg bg-sunken p-4 text-sm">
      <div className="grid grid-cols-2 gap-4">
        <div>
          <p className="text-xs text-muted">{texts?.ours ?? 'Expected'}</p>
          <p className="tabular font-medium">{ours ?? 'nothing'}</p>
        </div>
        <div>
          <p className="text-xs text-muted">{texts?.theirs ?? 'Found'}</p>
          <p className="tabular font-medium">{theirs ?? 'nothing'}</p>
        </div>
      </div>
      {facts && Object.keys(facts).length > 0 && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
          {factTexts(facts, currency, locale).map(([name, text]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="break-all">{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
