/** Hours as people type them, `7.5`, `7,5` or `7:30`, in minutes; empty is none at all. Undefined: these are no hours. */
export function parseHours(typed: string): number | undefined {
  const text = typed.trim();
  if (text === '') return 0;
  const clock = /^(\d{1,2}):([0-5]\d)$/.exec(text);
  const decimal = /^(\d{1,2})(?:[.,](\d{1,2}))?$/.exec(text);
  const minutes = clock
    ? Number(clock[1]) * 60 + Number(clock[2])
    : decimal
      ? Math.round((Number(decimal[1]) * 100 + Number((decimal[2] ?? '').padEnd(2, '0'))) * 0.6)
      : undefined;
  return minutes !== undefined && minutes <= MOST_MINUTES ? minutes : undefined;
}

const MOST_MINUTES = 2880;

/** Minutes as hours, for a field: 450 is `7:30`, 480 is `8`, none is empty. */
export function typedHours(minutes: number): string {
  if (minutes === 0) return '';
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
