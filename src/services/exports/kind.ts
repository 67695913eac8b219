import type { z } from 'zod';
import type { Cell } from '@/documents/csv';
import type { PrintedDocument } from '@/documents/pdf';
import { type Action, authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { onReplica } from '../on-replica';
import { parseInput } from '../parse';
import { type Paper, printTable } from './print-table';

export type Pages<Row> = AsyncGenerator<readonly Row[]>;

/** One kind of export: a table for spreadsheets and, where people print it, a document. */
export interface ExportKind {
  columns: readonly string[];
  isPrintable: boolean;
  /** Refuses who may not have it, and filters that make no sense. */
  admit(ctx: ServiceContext, filters: unknown): void;
  /**
   * The same, before the first row is given; the rows are read as they are taken.
   * @throws ServiceError INVALID_INPUT, NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
   */
  table(ctx: ServiceContext, filters: unknown): Promise<Pages<readonly Cell[]>>;
  /** How many rows that will be; null where only making them can tell. */
  total(ctx: ServiceContext, filters: unknown): Promise<number | null>;
  document(ctx: ServiceContext, filters: unknown): Promise<PrintedDocument | null>;
}

interface Definition<Filters extends z.ZodType<{ restaurantId?: string | undefined }>, Row extends object> {
  /** What the caller must be allowed besides 'export.manage'. */
  action: Action;
  /** Strict: a filter that a kind does not know is refused rather than ignored. Texts of an address must fit too. */
  filters: Filters;
  /** Field of a row -> header, in order. */
  columns: Readonly<Record<keyof Row & string, string>>;
  rows(ctx: ServiceContext, filters: z.output<Filters>): Promise<Pages<Row>>;
  /** How many those are, where counting costs little beside reading them; null: not with these filters. */
  count?(ctx: ServiceContext, filters: z.output<Filters>): Promise<number | null>;
  /** As a document of its own form… */
  print?(ctx: ServiceContext, filters: z.output<Filters>): Promise<PrintedDocument>;
  /** …or as the table on paper. Neither: for spreadsheets alone. */
  paper?: Paper<keyof Row & string, z.output<Filters>>;
}

/**
 * A new kind is one file with this and a line in registry.ts. Exports are for the restaurant's people and admins, each kind for
 * those whom its action allows.
 */
export function exportKind<
  Filters extends z.ZodType<{ restaurantId?: string | undefined }>,
  Row extends Record<keyof Row & string, Cell>,
>(definition: Definition<Filters, Row>): ExportKind {
  const fields = Object.keys(definition.columns) as (keyof Row & string)[];
  const admitted = (ctx: ServiceContext, raw: unknown) => {
    const filters = parseInput(definition.filters, raw);
    for (const action of ['export.manage', definition.action] as const)
      authorize(ctx.actor, action, { restaurantId: filters.restaurantId ?? null }, 'Restaurant');
    return filters;
  };
  return {
    columns: fields.map((field) => definition.columns[field]),
    isPrintable: definition.print !== undefined || definition.paper !== undefined,
    admit: (ctx, raw) => void admitted(ctx, raw),
    table: async (ctx, raw) =>
      cells(await started(await definition.rows(onReplica(ctx), admitted(ctx, raw))), fields),
    total: async (ctx, raw) => {
      const filters = admitted(ctx, raw);
      return (await definition.count?.(onReplica(ctx), filters)) ?? null;
    },
    document: async (ctx, raw) => {
      const filters = admitted(ctx, raw);
      const { print, paper, rows, columns } = definition;
      if (print) return print(ctx, filters);
      if (!paper) return null;
      return printTable(ctx, { paper, columns, filters, pages: await rows(onReplica(ctx), filters) });
    },
  };
}

async function* cells<Row extends Record<Field, Cell>, Field extends string>(
  pages: Pages<Row>,
  fields: readonly Field[],
): Pages<readonly Cell[]> {
  for await (const page of pages) yield page.map((row) => fields.map((field) => row[field]));
}

/** With its first page read, so that a refusal comes before the first byte. */
async function started<Row>(pages: Pages<Row>): Promise<Pages<Row>> {
  const first = await pages.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* pages;
  })();
}

/** Every page of a list that goes on by cursors. */
export async function* allPages<Item>(
  fetch: (cursor: string | undefined) => Promise<{ items: Item[]; nextCursor: string | null }>,
): Pages<Item> {
  let cursor: string | undefined;
  do {
    const page = await fetch(cursor);
    yield page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** Pages with every item turned into rows. */
export async function* mapPages<Item, Row>(
  pages: Pages<Item>,
  rowsOf: (item: Item) => readonly Row[],
): Pages<Row> {
  for await (const page of pages) yield page.flatMap(rowsOf);
}
