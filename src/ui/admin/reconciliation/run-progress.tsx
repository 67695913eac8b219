/** How far a run is. */
export function RunProgress({ percent }: { percent: number }) {
  return (
    <div className="mt-2 flex items-center gap-3 text-xs text-muted">
      <progress
        className="h-2 w-full overflow-hidden rounded-full accent-accent"
        max={100}
        value={percent}
        aria-label="Compared so far"
      />
      <span className="tabular whitespace-nowrap">{percent} %</span>
    </div>
  );
}
