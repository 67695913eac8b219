'use client';

import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { cx } from './cx';

export interface Column<Row> {
  id: string;
  header: string;
  /** A CSS grid track, e.g. `8rem` or `minmax(8rem, 1fr)`. */
  width: string;
  /** Numbers stand at the right, digit under digit. */
  isNumber?: true;
  cell(row: Row): ReactNode;
}

export interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey(row: Row): string;
  /** Where a row leads. Null: this one leads nowhere. */
  hrefOf?(row: Row): string | null;
  /** What opens on this page, of rows that lead nowhere else. */
  onOpen?(row: Row): void;
  /** Rows that have just come or changed, by key. */
  fresh?: ReadonlySet<string>;
  /** Called when the end comes into sight and there is more. */
  onEnd?(): void;
  /** There are more rows than these. */
  hasMore?: boolean;
  isLoadingMore?: boolean;
  /** Height of the scrolled part. */
  height?: string;
}

const ROW_PX = 44;
/** More is asked for once so many rows are left below what is in sight. */
const EARLY_ROWS = 22;
/** A link or button of the first cell, as wide and high as its row. */
const OPENER =
  'block w-full cursor-pointer truncate text-left text-text no-underline outline-none after:absolute after:inset-0 focus-visible:after:outline-3 focus-visible:after:outline-offset-[-3px] focus-visible:after:outline-accent';

/**
 * A table of any length: only what is in sight is in the page, and the row that was last in focus. Arrow keys move, Home and
 * End jump, Enter opens. On narrow screens it scrolls sideways inside itself.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    hrefOf,
    onOpen,
    fresh,
    onEnd,
    hasMore = false,
    isLoadingMore,
    height = 'calc(100dvh - 19rem)',
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range);
      const isOut = focused !== null && focused < rows.length && !inSight.includes(focused);
      return isOut ? [...inSight, focused].sort((a, b) => a - b) : inSight;
    },
  });
  const drawn = virtual.getVirtualItems();
  const lastInSight = virtual.range?.endIndex ?? -1;
  useEffect(() => {
    if (lastInSight >= rows.length - EARLY_ROWS) onEnd?.();
  }, [lastInSight, rows.length, onEnd]);
  const isThere = drawn.some(({ index }) => index === focused);
  const tabStop = isThere ? focused : (virtual.range?.startIndex ?? 0);

  const tracks = columns.map(({ width }) => width).join(' ');
  const focusRow = (index: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    const find = () => scroller.current?.querySelector<HTMLElement>(`[data-stop="${to}"]`);
    virtual.scrollToIndex(to);
    // At once where it can be: a second key within the same frame must already come from there.
    const there = find();
    if (there) there.focus({ preventScroll: true });
    else requestAnimationFrame(() => find()?.focus());
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    focusRow(to);
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className="overflow-auto rounded-2xl border border-line bg-surface"
      style={{ maxHeight: height, minHeight: '12rem' }}
    >
      {/* Rows are placed by their position, hence blocks and grids instead of table layout. */}
      <table aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1} className="block min-w-max">
        <thead className="sticky top-0 z-10 block border-b border-line bg-sunken">
          <tr className="grid gap-4 px-4" style={{ gridTemplateColumns: tracks }}>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={cx(
                  'py-2 text-xs font-medium text-muted',
                  column.isNumber ? 'text-right' : 'text-left',
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: virtual.getTotalSize() }}>
          {drawn.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = rowKey(row);
            const href = hrefOf?.(row) ?? null;
            const stop = { 'data-stop': index, tabIndex: index === tabStop ? 0 : -1 };
            const opens = href !== null || onOpen !== undefined;
            return (
              <tr
                key={key}
                aria-rowindex={index + 2}
                {...(!opens && stop)}
                onFocus={() => setFocused(index)}
                onKeyDown={(event) => onKey(event, index)}
                className={cx(
                  'absolute inset-x-0 grid items-center gap-4 border-b border-line px-4 text-sm focus-visible:outline-offset-[-3px]',
                  opens && 'hover:bg-sunken',
                  fresh?.has(key) && 'bg-good-surface',
                )}
                style={{ gridTemplateColumns: tracks, height: ROW_PX, transform: `translateY(${start}px)` }}
              >
                {columns.map((column, position) => (
                  <td key={column.id} className={cx('truncate', column.isNumber && 'tabular text-right')}>
                    {position > 0 || !opens ? (
                      column.cell(row)
                    ) : href === null ? (
                      <button {...stop} type="button" className={OPENER} onClick={() => onOpen?.(row)}>
                        {column.cell(row)}
                      </button>
                    ) : (
                      <Link {...stop} href={href} prefetch={false} className={OPENER}>
                        {column.cell(row)}
                      </Link>
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {isLoadingMore && (
        <p role="status" className="p-3 text-center text-xs text-muted">
          Loading more
        </p>
      )}
    </div>
  );
}
