import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportBankInput } from '@/services/bank-lines/schemas';
import { type Client, newKey, refusalOf } from '../../support/app';
import { type RecoveryStage, startStage } from '../recovery/support';
import { itemsOf, runNow } from './support';

// Every story has a currency of its own: statements and payouts of another one are nothing to it.
let stage: RecoveryStage;
let admin: Client;
beforeAll(async () => {
  stage = await startStage();
  admin = await stage.app.asAdmin();
});
afterAll(() => stage.stop());

const pool = () => stage.app.database.pool;
const linesOf = async (account: string): Promise<string[]> =>
  (
    await pool().query(
      `SELECT booked_on::text || ' ' || amount AS line FROM bank_lines WHERE account = $1 ORDER BY booked_on, amount`,
      [account],
    )
  ).rows.map((row) => row.line);

async function payout(currency: string, day: string, amountMinor: number): Promise<string> {
  const id = `po_${newKey()}`;
  await pool().query(
    `INSERT INTO payouts (id, amount, currency, status, is_automatic, reconciliation_status, arrival_at, occurred_at, lines_state)
     VALUES ($1, $2, $3, 'paid', FALSE, 'not_applicable', $4::timestamptz, $4::timestamptz, 'NONE')`,
    [id, amountMinor, currency, `${day}T00:00:00Z`],
  );
  return id;
}

type Row = readonly [day: string, amount: string, text: string];
const RENT = 'RENT';
const STRIPE = 'STRIPE TRANSFER';
const fileOf = (...rows: Row[]) =>
  `Date,Amount,Other,Text\n${rows.map(([day, amount, text]) => `${day},${amount},1.00,${text}\n`).join('')}`;
const mappingOf = (currency: string, of: { column?: string; only?: string[] } = {}) => ({
  date: 'Date',
  dateFormat: 'YYYY-MM-DD' as const,
  amount: { kind: 'SIGNED' as const, column: of.column ?? 'Amount' },
  decimalSign: '.' as const,
  currency: { kind: 'FIXED' as const, currency },
  description: 'Text',
  ...(of.only && { only: of.only }),
});
const give = (account: string, currency: string, rows: readonly Row[], of: Partial<ImportBankInput> = {}) =>
  admin.reconciliation.bank.import.mutate({
    account,
    file: fileOf(...rows),
    mapping: mappingOf(currency),
    idempotencyKey: newKey(),
    ...of,
  });

/** What a run over these days says of the bank in that currency. */
async function judged(currency: string, fromDay: string, toDay: string) {
  const run = await runNow(stage, admin, { fromDay, toDay });
  return (await itemsOf(admin, run.id)).filter((item) => item.way === 'BANK' && item.currency === currency);
}
const reasons = async (...[currency, fromDay, toDay]: Parameters<typeof judged>) =>
  (await judged(currency, fromDay, toDay)).map((item) => item.reason).sort();

async function tie(item: { discrepancyId: string | null } | undefined, payoutId: string): Promise<void> {
  await admin.reconciliation.discrepancies.link.mutate({
    discrepancyId: item?.discrepancyId ?? '',
    to: { kind: 'PAYOUT', payoutId },
    reason: 'It is this one',
    idempotencyKey: newKey(),
  });
}

describe('what a file covers', () => {
  it('is the days of all its lines, so that a payout that never came is found though nothing of Stripe follows', async () => {
    await payout('EUR', '2026-05-04', 5_000);
    await payout('EUR', '2026-05-20', 6_000);
    const kept = await give('eur', 'EUR', [
      ['2026-05-01', '-900.00', RENT],
      ['2026-05-05', '50.00', STRIPE],
      ['2026-05-29', '-900.00', RENT],
    ]);
    expect(kept).toMatchObject({ firstDay: '2026-05-01', lastDay: '2026-05-29', lineCount: 1, newCount: 1 });
    expect(await reasons('EUR', '2026-05-01', '2026-05-31')).toEqual(['NOT_AT_BANK']);
  });

  it('counts without any line about payouts: it shows that none came', async () => {
    await payout('GBP', '2026-05-10', 5_000);
    expect(await reasons('GBP', '2026-05-01', '2026-05-31')).toEqual(['STATEMENT_NOT_HERE_YET']);
    const rows: Row[] = [
      ['2026-05-01', '-900.00', RENT],
      ['2026-05-28', '-1.00', RENT],
    ];
    const asked = { account: 'gbp', file: fileOf(...rows), mapping: mappingOf('GBP') };
    expect(await admin.reconciliation.bank.preview.mutate(asked)).toMatchObject({
      lineCount: 0,
      skippedCount: 2,
      firstDay: '2026-05-01',
      lastDay: '2026-05-28',
    });
    expect(await give('gbp', 'GBP', rows)).toMatchObject({
      lineCount: 0,
      newCount: 0,
      currency: 'GBP',
      firstDay: '2026-05-01',
      lastDay: '2026-05-28',
    });
    expect(await reasons('GBP', '2026-05-01', '2026-05-31')).toEqual(['NOT_AT_BANK']);
  });

  it('may be given, for statements whose lines do not reach from end to end', async () => {
    await payout('CHF', '2026-05-10', 5_000);
    const period = { firstDay: '2026-05-01', lastDay: '2026-05-31' };
    const rows: Row[] = [['2026-05-12', '-900.00', RENT]];
    expect(await give('chf', 'CHF', rows)).toMatchObject({ firstDay: '2026-05-12', lastDay: '2026-05-12' });
    expect(await reasons('CHF', '2026-05-01', '2026-05-31')).toEqual(['STATEMENT_NOT_HERE_YET']);
    expect(await give('chf', 'CHF', rows, { period })).toMatchObject({ ...period, isReplacement: true });
    expect(await reasons('CHF', '2026-05-01', '2026-05-31')).toEqual(['NOT_AT_BANK']);
    expect(await give('chf', 'CHF', [], { period })).toMatchObject({ ...period, lineCount: 0 });
    const short = { firstDay: '2026-05-13', lastDay: '2026-05-31' };
    expect(await refusalOf(give('chf', 'CHF', rows, { period: short }))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
  });

  it('is refused without a day, with another form of days, and in the future', async () => {
    const refused = async (...rows: Row[]) => (await refusalOf(give('nok', 'NOK', rows))).message;
    expect(await refused(['Total', '5.00', RENT])).toContain('No line of the file has a day');
    expect(await refused(['13.05.2026', '5.00', RENT])).toContain('no day of the form');
    expect(await refused(['2999-01-01', '5.00', RENT])).toContain('in the future');
  });

  it('ends with the day of the import, whatever is announced', async () => {
    const { lastDay } = await give('nok', 'NOK', [
      ['2026-05-01', '-5.00', RENT],
      ['2999-01-01', '-5.00', RENT],
    ]);
    expect(Date.parse(lastDay)).toBeLessThan(Date.now() + 2 * 86_400_000);
  });
});

describe('whose file it is, and which days it leaves out', () => {
  it('the file of another account proves nothing of a payout', async () => {
    await payout('SEK', '2026-05-04', 5_000);
    await payout('SEK', '2026-05-20', 6_000);
    await give('sek-a', 'SEK', [['2026-05-05', '50.00', STRIPE]]);
    await give('sek-e', 'SEK', [
      ['2026-05-01', '-5.00', RENT],
      ['2026-05-31', '-5.00', RENT],
    ]);
    expect(await reasons('SEK', '2026-05-01', '2026-05-31')).toEqual(['STATEMENT_NOT_HERE_YET']);
    await give('sek-a', 'SEK', [
      ['2026-05-06', '-5.00', RENT],
      ['2026-05-31', '-5.00', RENT],
    ]);
    expect(await reasons('SEK', '2026-05-01', '2026-05-31')).toEqual(['NOT_AT_BANK']);
  });

  it('a month that was not imported proves nothing, though the next one was', async () => {
    await payout('DKK', '2026-05-20', 6_000);
    for (const month of ['04', '06'])
      await give('dkk', 'DKK', [
        [`2026-${month}-01`, '-5.00', RENT],
        [`2026-${month}-30`, '-5.00', RENT],
      ]);
    expect(await reasons('DKK', '2026-05-01', '2026-05-31')).toEqual(['STATEMENT_NOT_HERE_YET']);
  });
});

describe('the same file with other columns', () => {
  const rows: Row[] = [
    ['2026-05-05', '50.00', STRIPE],
    ['2026-05-06', '60.00', STRIPE],
  ];
  const wrong = { mapping: mappingOf('PLN', { column: 'Other' }) };

  it('takes the place of what it brought, once', async () => {
    const first = await give('pln', 'PLN', rows, wrong);
    expect(await linesOf('pln')).toEqual(['2026-05-05 100', '2026-05-06 100']);
    const asked = { account: 'pln', file: fileOf(...rows), mapping: mappingOf('PLN') };
    expect(await admin.reconciliation.bank.preview.mutate(asked)).toMatchObject({
      isRepeat: false,
      isReplacement: true,
    });
    expect(await give('pln', 'PLN', rows)).toMatchObject({
      id: first.id,
      lineCount: 2,
      newCount: 2,
      removedCount: 2,
      isRepeat: false,
      isReplacement: true,
    });
    expect(await linesOf('pln')).toEqual(['2026-05-05 5000', '2026-05-06 6000']);
    expect(await give('pln', 'PLN', rows)).toMatchObject({ id: first.id, isRepeat: true, removedCount: 0 });
    const { rows: audits } = await pool().query(
      'SELECT action, details FROM audit_log WHERE subject_id = $1 ORDER BY id',
      [first.id],
    );
    expect(audits).toMatchObject([
      { action: 'bank.imported', details: { lines: 2 } },
      { action: 'bank.replaced', details: { lines: 2, removedCount: 2 } },
    ]);
  });

  it('leaves the lines that another file has', async () => {
    await give('pln-two', 'PLN', rows);
    await give('pln-two', 'PLN', [...rows.slice(1), ['2026-05-07', '70.00', STRIPE]]);
    expect(await give('pln-two', 'PLN', rows, wrong)).toMatchObject({ removedCount: 1 });
    expect(await linesOf('pln-two')).toEqual([
      '2026-05-05 100',
      '2026-05-06 100',
      '2026-05-06 6000',
      '2026-05-07 7000',
    ]);
  });

  it('is refused where somebody tied one of the lines that go, or accepted it; lines that stay may be worked on', async () => {
    const day = '2026-03-05';
    const [id, mine] = [
      await payout('CZK', '2026-03-20', 1),
      (of: object) => give('czk', 'CZK', [[day, '50.00', STRIPE]], of),
    ];
    await mine({});
    const [line] = (await judged('CZK', day, day)).filter((item) => item.reason === 'UNKNOWN_BANK_LINE');
    const other = { mapping: mappingOf('CZK', { column: 'Other' }) };
    await tie(line, id);
    expect(await refusalOf(mine(other))).toMatchObject({ appCode: 'BANK_LINES_IN_USE' });
    expect(await linesOf('czk')).toEqual([`${day} 5000`]);
    await pool().query(`UPDATE bank_lines SET payout_id = NULL WHERE account = 'czk'`);
    await admin.reconciliation.discrepancies.accept.mutate({
      discrepancyId: line?.discrepancyId ?? '',
      reason: 'Ours',
      idempotencyKey: newKey(),
    });
    expect(await refusalOf(mine(other))).toMatchObject({ appCode: 'BANK_LINES_IN_USE' });
    expect(await linesOf('czk')).toEqual([`${day} 5000`]);
    expect(await mine({ mapping: mappingOf('CZK', { only: [] }) })).toMatchObject({
      isReplacement: true,
      removedCount: 0,
    });
  });
});

describe('a line that a person tied to a payout', () => {
  it('is its own in every run, however far its day is', async () => {
    const id = await payout('AUD', '2026-03-02', 5_000);
    await give('aud', 'AUD', [['2026-05-05', '50.00', STRIPE]]);
    const [line] = await judged('AUD', '2026-05-01', '2026-05-31');
    expect(line?.reason).toBe('UNKNOWN_BANK_LINE');
    await tie(line, id);
    expect(await reasons('AUD', '2026-05-01', '2026-05-31')).toEqual([]);
    expect(await reasons('AUD', '2026-03-01', '2026-03-31')).toEqual([]);
    expect(await reasons('AUD', '2026-03-01', '2026-05-31')).toEqual([]);
  });

  it('is summed with the others of the payout, whichever days a run covers', async () => {
    const id = await payout('NZD', '2026-03-02', 5_000);
    await give('nzd', 'NZD', [
      ['2026-03-03', '20.00', STRIPE],
      ['2026-05-05', '29.00', STRIPE],
    ]);
    const lines = (await judged('NZD', '2026-03-01', '2026-05-31')).filter((item) =>
      item.subject.startsWith('bank:'),
    );
    expect(lines).toHaveLength(2);
    for (const line of lines) await tie(line, id);
    for (const [fromDay, toDay] of [
      ['2026-03-01', '2026-03-31'],
      ['2026-03-01', '2026-05-31'],
    ] as const) {
      const found = await judged('NZD', fromDay, toDay);
      expect(found).toMatchObject([
        { reason: 'BANK_AMOUNT_DIFFERS', oursMinor: 5_000, theirsMinor: 4_900, facts: { payoutId: id } },
      ]);
      expect(found[0]?.facts.bankLineIds).toHaveLength(2);
    }
    expect(await reasons('NZD', '2026-05-01', '2026-05-31')).toEqual([]);
  });
});
