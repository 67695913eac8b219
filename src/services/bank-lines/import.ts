import { list } from '@/db/json-list';
import type { Sql } from '@/db/sql';
import { insertAudit } from '@/db/sql/audit';
import {
  countKnownLines,
  countLinesOfNoFile,
  findImport,
  insertLines,
  keepImport,
  keepMapping,
  readImport,
  readMappings,
  removeLines,
  unlinkLines,
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
import { type Covered, coveredBy } from './covered';
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

/**
 * What an import would keep; writes nothing.
 * @throws ServiceError FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT, BANK_FILE_UNREADABLE
 */
export async function previewBank(ctx: ServiceContext, raw: PreviewBankInput): Promise<BankPreview> {
  authorize(ctx.actor, 'reconciliation.bank', {}, 'Bank lines');
  const { account, file, period, ...input } = parseInput(previewBankInput, raw);
  const mapping = input.mapping ?? (await savedMapping(ctx.db, account));
  const read = readBankFile(file, mapping);
  // What cannot be read is shown line by line before anything else is said about the file.
  const covered = read.problems.length > 0 ? null : coveredBy(read, period, ctx.clock.now());
  const [known, before] = await Promise.all([
    ctx.db.one<{ known: number }>(countKnownLines, [account, list(...read.lines.map(keyOf))]),
    covered && ctx.db.maybeOne<Before>(findImport, keyOfImport(account, read, mapping, covered)),
  ]);
  return {
    account,
    columns: read.columns,
    lines: read.lines.slice(0, SHOWN_LINES).map(({ digest: _d, occurrence: _o, ...line }) => line),
    lineCount: read.lines.length,
    skippedCount: read.skippedCount,
    zeroCount: read.zeroCount,
    firstDay: covered?.firstDay ?? null,
    lastDay: covered?.lastDay ?? null,
    problems: read.problems.slice(0, SHOWN_PROBLEMS),
    totals: [...new Set(read.lines.map((line) => line.currency))].sort().map((currency) => {
      const own = read.lines.filter((line) => line.currency === currency);
      return { currency, count: own.length, amountMinor: sumMinor(own.map((line) => line.amountMinor)) };
    }),
    knownCount: known.known,
    isRepeat: before?.isSame ?? false,
    isReplacement: before !== null && !before.isSame,
  };
}

/**
 * Keeps the lines of a bank's file, the days that it covers and the mapping that read it. All of it or nothing. The same file read
 * the same way answers the first import; read another way, its lines take the place of those that it brought. Lines of files that
 * overlap are kept once. A file without any line about payouts is kept as well: it shows that none arrived on its days.
 * @throws ServiceError FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT, BANK_FILE_UNREADABLE, BANK_LINES_IN_USE, IDEMPOTENCY_KEY_REUSED
 */
export async function importBank(ctx: ServiceContext, raw: ImportBankInput): Promise<BankImportView> {
  authorize(ctx.actor, 'reconciliation.bank', {}, 'Bank lines');
  const { idempotencyKey, ...input } = parseInput(importBankInput, raw);
  const operation = operationKey(ctx.actor, 'bank.import', idempotencyKey, input);
  return ctx.db.transaction(async (tx) => {
    const { ids } = await once(tx, operation, async () => {
      const mapping = input.mapping ?? (await savedMapping(tx, input.account));
      const read = readBankFile(input.file, mapping);
      assertReadable(read);
      const covered = coveredBy(read, input.period, ctx.clock.now());
      return keepFile(tx, ctx, { account: input.account, mapping, read, covered });
    });
    const { importId, ...done } = ids;
    const row = await tx.one<ImportRow>(readImport, [importId]);
    return { ...row, ...done, createdAt: row.createdAt.toISOString() };
  });
}

type Before = { id: string; isSame: boolean };
type Done = Pick<BankImportView, 'isRepeat' | 'isReplacement' | 'removedCount'>;
type ImportRow = Omit<BankImportView, 'createdAt' | keyof Done> & { createdAt: Date };

function assertReadable({ problems }: ReadFile): void {
  const [problem] = problems;
  if (problem)
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      `Line ${problem.line}: ${problem.problem}. Nothing was imported.`,
      {
        details: { line: problem.line, problems: problems.length },
      },
    );
}

async function keepFile(
  tx: Tx,
  ctx: ServiceContext,
  file: { account: string; mapping: BankMapping; read: ReadFile; covered: Covered },
): Promise<Done & { importId: string }> {
  const { account, mapping, read, covered } = file;
  const who = actorLabel(ctx.actor);
  await tx.query(keepMapping, [account, JSON.stringify(mapping), who]);
  const before = await tx.maybeOne<Before>(findImport, keyOfImport(account, read, mapping, covered));
  if (before?.isSame) return { importId: before.id, isRepeat: true, isReplacement: false, removedCount: 0 };
  const importId = before?.id ?? newId();
  const { currency, firstDay, lastDay } = covered;
  const facts = [currency, firstDay, lastDay, read.lines.length, who, JSON.stringify(mapping)];
  await tx.query(keepImport, [importId, account, read.fileHash, ...facts]);
  await tx.query(unlinkLines, [importId]);
  await tx.query(insertLines, [importId, account, list(...read.lines.map(rowOf))]);
  const removedCount = before ? await removeLeft(tx, account) : 0;
  await tx.query(insertAudit, [
    newId(),
    who,
    before ? 'bank.replaced' : 'bank.imported',
    'bank_import',
    importId,
    null,
    JSON.stringify({ lines: read.lines.length, firstDay, lastDay, ...(before && { removedCount }) }),
    ctx.request.id,
  ]);
  return { importId, isRepeat: false, isReplacement: before !== null, removedCount };
}

/** Removes the lines that no file has any more. @throws ServiceError BANK_LINES_IN_USE when people have worked on one of them */
async function removeLeft(tx: Tx, account: string): Promise<number> {
  const { removed } = await tx.one<{ removed: number }>(removeLines, [account]);
  const { count } = await tx.one<{ count: number }>(countLinesOfNoFile, [account]);
  if (count > 0)
    throw new ServiceError(
      'BANK_LINES_IN_USE',
      `This file was imported before and read another way, and somebody has worked on ${count} of the lines that would go: tied to a payout, or accepted. Nothing was imported.`,
      { details: { lines: count } },
    );
  return removed;
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

function keyOfImport(account: string, read: ReadFile, mapping: BankMapping, covered: Covered): unknown[] {
  return [account, read.fileHash, JSON.stringify(mapping), covered.firstDay, covered.lastDay];
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
