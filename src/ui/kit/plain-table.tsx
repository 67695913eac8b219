import type { ReactNode } from 'react';
import { cx } from './cx';
import { Scrolling } from './scrolling';

interface PlainColumn<Row> {
  id: string;
  header: string;
  /** Numbers stand at the right, digit under digit. */
  isNumber?: true;
  /** Never broken into lines: dates and names. */
  isWhole?: true;
  cell(row: Row): ReactNode;
}

/** A short table that is shown whole, inside a panel or dialog. On narrow screens it scrolls sideways inside itself. */
export function PlainTable<Row>({
  label,
  columns,
  rows,
  rowKey,
}: {
  label: string;
  columns: readonly PlainColumn<Row>[];
  rows: readonly Row[];
  rowKey(row: Row): string;
}) {
  return (
    <Scrolling label={label} className="overflow-x-auto">
      <table aria-label={label} className="w-full text-sm">
        <thead>
          <tr className="border-b border-line">
            {columns.map(({ id, header, isNumber }) => (
              <th
                key={id}
                scope="col"
                className={cx(
                  'px-2 py-2 text-xs font-medium whitespace-nowrap text-muted first:pl-0 last:pr-0',
                  isNumber ? 'text-right' : 'text-left',
                )}
              >
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-b border-line last:border-0">
              {columns.map(({ id, isNumber, isWhole, cell }) => (
                <td
                  key={id}
                  className={cx(
                    // Words stay whole: a table that is too wide scrolls.
                    'px-2 py-2 [overflow-wrap:break-word] first:pl-0 last:pr-0',
                    isNumber && 'tabular text-right',
                    (isNumber || isWhole) && 'whitespace-nowrap',
                  )}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
