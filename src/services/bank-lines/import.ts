import { list } from '@/db/json-list';
import type { Sql } from '@/db/sql';
import { insertAudit } from '@/db/sql/audit';
import {
  countKnownLines,
  findImport,
  insertImport,
  insertLines,
  keepMapping,
  readImport,
  readMappings,
} from '@/db/sql/bank-lines';
import type { Tx } from '@/db/transaction';
import { sumMinor } from '@/domain/money';
import { actorLabel } from '../actor';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { type ReadFile, type ReadLine, readBankFile } from './read-file';
import {
  type BankImportView,
  type BankMapping,
  type BankMappingView,
  type BankPreview,
  bankMapping,
  type ImportBankInput,
  importBankInput,
  type PreviewBankInput,
  previewBankInput,
} from './schemas';

const SHOWN_LINES = 50;
const SHOWN_PROBLEMS = 50;

/** What an import would keep; writes nothing. @throws ServiceError FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT, BANK_FILE_UNREADABLE */
export async function previewBank(ctx: ServiceContext, raw: PreviewBankInput): Promise<BankPreview> {
  authorize(ctx.actor, 'reconciliation.bank', {}, 'Bank lines');
  const input = parseInput(previewBankInput, raw);
  const read = readBankFile(input.file, input.mapping ?? (await savedMapping(ctx.db, input.account)));
  const [known, before] = await Promise.all([
    ctx.db.one<{ known: number }>(countKnownLines, [input.account, list(...read.lines.map(keyOf))]),
    ctx.db.maybeOne(findImport, [input.account, read.fileHash]),
  ]);
  return {
    account: input.account,
    columns: read.columns,
    lines: read.lines.slice(0, SHOWN_LINES).map(({ digest: _d, occurrence: _o, ...line }) => line),
    lineCount: read.lines.length,
    skippedCount: read.skippedCount,
    problems: read.problems.slice(0, SHOWN_PROBLEMS),
    totals: [...new Set(read.lines.map((line) => line.currency))].sort().map((currency) => {
      const own = read.lines.filter((line) => line.currency === currency);
      return { currency, count: own.length, amountMinor: sumMinor(own.map((line) => line.amountMinor)) };
    }),
    knownCount: known.known,
    isRepeat: before !== null,
  };
}

/**
 * Keeps the lines of a bank's file and the mapping that read it. All of it or nothing; the same file a second time answers the
 * first import, and lines of files that overlap are kept once.
 * @throws ServiceError FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT, BANK_FILE_UNREADABLE, IDEMPOTENCY_KEY_REUSED
 */
export async function importBank(ctx: ServiceContext, raw: ImportBankInput): Promise<BankImportView> {
  authorize(ctx.actor, 'reconciliation.bank', {}, 'Bank lines');
  const { idempotencyKey, ...input } = parseInput(importBankInput, raw);
  const operation = operationKey(ctx.actor, 'bank.import', idempotencyKey, input);
  return ctx.db.transaction(async (tx) => {
    const { ids } = await once(tx, operation, async () => {
      const mapping = input.mapping ?? (await savedMapping(tx, input.account));
      return keepFile(tx, ctx, { account: input.account, mapping }, readBankFile(input.file, mapping));
    });
    const row = await tx.one<ImportRow>(readImport, [ids.importId]);
    return { ...row, isRepeat: ids.isRepeat, createdAt: row.createdAt.toISOString() };
  });
}

type ImportRow = Omit<BankImportView, 'createdAt' | 'isRepeat'> & { createdAt: Date };

async function keepFile(
  tx: Tx,
  ctx: ServiceContext,
  { account, mapping }: { account: string; mapping: BankMapping },
  read: ReadFile,
): Promise<{ importId: string; isRepeat: boolean }> {
  const [problem] = read.problems;
  if (problem)
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      `Line ${problem.line}: ${problem.problem}. Nothing was imported.`,
      {
        details: { line: problem.line, problems: read.problems.length },
      },
    );
  const days = read.lines.map((line) => line.bookedOn).sort();
  const [firstDay] = days;
  const currencies = [...new Set(read.lines.map((line) => line.currency))];
  const [currency] = currencies;
  if (firstDay === undefined || currency === undefined)
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      'No line of the file is about payouts: see which words are looked for.',
    );
  if (currencies.length > 1)
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      `One account has one currency, the file has ${currencies.join(', ')}.`,
    );
  const importId = newId();
  const who = actorLabel(ctx.actor);
  const values = [importId, account, read.fileHash, currency, firstDay, days.at(-1), read.lines.length, who];
  if ((await tx.maybeOne(insertImport, values)) === null) {
    const before = await tx.one<{ id: string }>(findImport, [account, read.fileHash]);
    return { importId: before.id, isRepeat: true };
  }
  await tx.query(insertLines, [importId, account, list(...read.lines.map(rowOf))]);
  await tx.query(keepMapping, [account, JSON.stringify(mapping), who]);
  const details = JSON.stringify({ lines: read.lines.length, firstDay, lastDay: days.at(-1) });
  await tx.query(insertAudit, [
    newId(),
    who,
    'bank.imported',
    'bank_import',
    importId,
    null,
    details,
    ctx.request.id,
  ]);
  return { importId, isRepeat: false };
}

/** The saved mappings of all accounts. @throws ServiceError FORBIDDEN, UNAUTHENTICATED */
export async function bankMappings(ctx: ServiceContext): Promise<{ items: BankMappingView[] }> {
  authorize(ctx.actor, 'reconciliation.bank', {}, 'Bank lines');
  const rows = await ctx.db.query<Omit<BankMappingView, 'updatedAt'> & { updatedAt: Date }>(readMappings, [
    null,
  ]);
  return { items: rows.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() })) };
}

async function savedMapping(sql: Sql, account: string): Promise<BankMapping> {
  const saved = await sql.maybeOne<{ mapping: unknown }>(readMappings, [account]);
  if (saved === null)
    throw new ServiceError(
      'INVALID_INPUT',
      'Say which column means what: this account has no saved mapping.',
      {
        details: { field: 'mapping' },
      },
    );
  return bankMapping.parse(saved.mapping);
}

const keyOf = ({ digest, occurrence }: ReadLine) => ({ digest, occurrence });

function rowOf(line: ReadLine) {
  return {
    id: newId(),
    booked_on: line.bookedOn,
    amount: line.amountMinor,
    currency: line.currency,
    description: line.description,
    reference: line.reference,
    digest: line.digest,
    occurrence: line.occurrence,
  };
}
