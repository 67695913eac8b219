import { cx } from './cx';
import { Scrolling } from './scrolling';

/** What a machine has sent, as it came. `className` says how much of it is in sight. */
export function Json({ label, value, className }: { label: string; value: unknown; className: string }) {
  return (
    <Scrolling label={label} className={cx('overflow-auto rounded-lg bg-sunken p-3', className)}>
      <pre className="font-mono text-xs">{JSON.stringify(value, null, 2)}</pre>
    </Scrolling>
  );
}
