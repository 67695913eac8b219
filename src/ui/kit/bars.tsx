export interface Bar {
  key: string;
  /** Under the bar; not every bar needs one. */
  label: string;
  value: number;
  /** What the bar says in words. */
  text: string;
}

/** A bar for each value, and the same as a table for those who do not see bars. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const highest = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <>
      <div aria-hidden className="flex h-40 items-end gap-px sm:gap-1">
        {bars.map((bar) => (
          <div
            key={bar.key}
            title={bar.text}
            className="group flex h-full min-w-0 flex-1 flex-col justify-end"
          >
            <div
              className="min-h-px rounded-t-sm bg-accent opacity-80 group-hover:opacity-100"
              style={{ height: `${(bar.value / highest) * 100}%` }}
            />
          </div>
        ))}
      </div>
      <div aria-hidden className="mt-1 flex gap-px overflow-hidden text-[0.625rem] text-muted sm:gap-1">
        {bars.map((bar) => (
          <span key={bar.key} className="min-w-0 flex-1 overflow-visible text-center whitespace-nowrap">
            {bar.label}
          </span>
        ))}
      </div>
      {/* Around the table: a table is as wide as its text, however small it is told to be. */}
      <div className="sr-only">
        <table>
          <caption>{label}</caption>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.key}>
                <td>{bar.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
