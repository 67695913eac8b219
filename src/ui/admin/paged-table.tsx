'use client';

import { type ReactNode, useCallback } from 'react';
import { type Column, DataTable } from '@/ui/kit/data-table';
import { StaleNote } from '@/ui/kit/stale-note';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';

/** What a tRPC infinite query of a keyset list gives, as far as a table needs it. */
export interface PagedList<Row> {
  data: { pages: { items: Row[] }[] } | undefined;
  isPending: boolean;
  isError: boolean;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
  refetch(): unknown;
}

/** A keyset list as a table, with its loading, empty and error states. */
export function PagedTable<Row>({
  list,
  label,
  columns,
  rowKey,
  hrefOf,
  onOpen,
  fresh,
  empty,
}: {
  list: PagedList<Row>;
  label: string;
  columns: readonly Column<Row>[];
  rowKey(row: Row): string;
  hrefOf?(row: Row): string | null;
  onOpen?(row: Row): void;
  fresh?: ReadonlySet<string>;
  empty: { title: string; text: ReactNode };
}) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (list.isPending) return <SkeletonRows rows={10} />;
  const retry = () => void list.refetch();
  if (list.data === undefined) return <ErrorState error={list.error} retry={retry} />;
  const rows = list.data.pages.flatMap((page) => page.items);
  return (
    <>
      {list.isError && <StaleNote error={list.error} retry={retry} />}
      {rows.length === 0 ? (
        <EmptyState title={empty.title}>{empty.text}</EmptyState>
      ) : (
        <DataTable
          label={label}
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          onEnd={onEnd}
          hasMore={hasNextPage}
          isLoadingMore={isFetchingNextPage}
          {...(hrefOf && { hrefOf })}
          {...(onOpen && { onOpen })}
          {...(fresh && { fresh })}
        />
      )}
    </>
  );
}
