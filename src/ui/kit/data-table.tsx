'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
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
  /** Enter or click on a row. */
  onOpen?(row: Row): void;
  /** Rows that have just come or changed, by key. */
  fresh?: ReadonlySet<string>;
  /** Called when the end comes into sight and there is more. */
  onEnd?(): void;
  isLoadingMore?: boolean;
  /** Height of the scrolled part. */
  height?: string;
}

const ROW_PX = 44;

/**
 * A table of any length: only what is in sight is in the page. Arrow keys move, Home and End jump, Enter opens. On narrow
 * screens it scrolls sideways inside itself.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    onOpen,
    fresh,
    onEnd,
    isLoadingMore,
    height = 'calc(100dvh - 19rem)',
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const visible = virtual.getVirtualItems();
  const lastVisible = visible.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastVisible >= rows.length - 10) onEnd?.();
  }, [lastVisible, rows.length, onEnd]);

  const tracks = columns.map(({ width }) => width).join(' ');
  const focusRow = (index: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    const find = () => scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"]`);
    virtual.scrollToIndex(to);
    // At once where it can be: a second key within the same frame must already come from there.
    const there = find();
    if (there) there.focus({ preventScroll: true });
    else requestAnimationFrame(() => find()?.focus());
  };
  const onKey = (event: KeyboardEvent, index: number, row: Row) => {
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) focusRow(to);
    else if (event.key === 'Enter' && event.target === event.currentTarget) onOpen?.(row);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className="overflow-auto rounded-2xl border border-line bg-surface"
      style={{ maxHeight: height, minHeight: '12rem' }}
    >
      {/* Rows are placed by their position, hence blocks and grids instead of table layout. */}
      <table aria-label={label} aria-rowcount={rows.length + 1} className="block min-w-max">
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
          {visible.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = rowKey(row);
            return (
              <tr
                key={key}
                data-index={index}
                aria-rowindex={index + 2}
                tabIndex={index === visible[0]?.index ? 0 : -1}
                onKeyDown={(event) => onKey(event, index, row)}
                onClick={() => onOpen?.(row)}
                className={cx(
                  'absolute inset-x-0 grid items-center gap-4 border-b border-line px-4 text-sm focus-visible:outline-offset-[-3px]',
                  onOpen && 'cursor-pointer hover:bg-sunken',
                  fresh?.has(key) && 'bg-good-surface',
                )}
                style={{ gridTemplateColumns: tracks, height: ROW_PX, transform: `translateY(${start}px)` }}
              >
                {columns.map((column) => (
                  <td key={column.id} className={cx('truncate', column.isNumber && 'tabular text-right')}>
                    {column.cell(row)}
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
