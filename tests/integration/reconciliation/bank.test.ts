import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, newKey, refusalOf } from '../../support/app';
import { settle, sync } from '../processor-money/support';
import { paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { breaksOf, itemsOf, runNow } from './support';

let stage: RecoveryStage;
let admin: Client;
beforeAll(async () => {
  stage = await startStage();
  admin = await stage.app.asAdmin();
});
afterAll(() => stage.stop());

const bank = () => admin.reconciliation.bank;
const GERMAN = {
  delimiter: ';' as const,
  skipLines: 2,
  date: 'Buchungstag',
  dateFormat: 'DD.MM.YYYY' as const,
  amount: { kind: 'SIGNED' as const, column: 'Betrag' },
  decimalSign: ',' as const,
  currency: { kind: 'COLUMN' as const, column: 'Währung' },
  description: 'Verwendungszweck',
  reference: 'Referenz',
};
const HEAD = '\ufeffKonto 123\nAuszug\nBuchungstag;Betrag;Währung;Verwendungszweck;Referenz\n';

test('a preview shows what would be kept and what cannot be read, and writes nothing', async () => {
  const file = `${HEAD}23.11.2026;1.234,56;USD;STRIPE PAYOUT;A1\n24.11.2026;-5,00;USD;Miete;\n31.02.2026;1,00;USD;STRIPE;\n25.11.2026;1,005;USD;STRIPE;\n`;
  const preview = await bank().preview.mutate({ account: 'preview', file, mapping: GERMAN });
  expect(preview).toEqual({
    account: 'preview',
    columns: ['Buchungstag', 'Betrag', 'Währung', 'Verwendungszweck', 'Referenz'],
    lines: [
      {
        line: 4,
        bookedOn: '2026-11-23',
        amountMinor: 123_456,
        currency: 'USD',
        description: 'STRIPE PAYOUT',
        reference: 'A1',
      },
    ],
    lineCount: 1,
    skippedCount: 1,
    zeroCount: 0,
    firstDay: null,
    lastDay: null,
    problems: [
      { line: 6, problem: '"Buchungstag" is no day of the form DD.MM.YYYY' },
      { line: 7, problem: 'the amount is no exact number of USD' },
    ],
    totals: [{ currency: 'USD', count: 1, amountMinor: 123_456 }],
    knownCount: 0,
    isRepeat: false,
    isReplacement: false,
  });
  const refused = await refusalOf(
    bank().import.mutate({ account: 'preview', file, mapping: GERMAN, idempotencyKey: newKey() }),
  );
  expect(refused).toMatchObject({ appCode: 'BANK_FILE_UNREADABLE' });
  expect((await stage.app.database.pool.query('SELECT 1 FROM bank_lines')).rows).toEqual([]);
});

test('a file is imported once, overlapping files bring no line twice, and the mapping is kept', async () => {
  const line = (day: number) => `${day}.10.2026;10,00;USD;STRIPE;T\n`;
  // Two equal lines of one file are two lines.
  const file = `${HEAD}${line(1)}${line(2)}${line(2)}`;
  const first = await bank().import.mutate({
    account: 'main',
    file,
    mapping: GERMAN,
    idempotencyKey: newKey(),
  });
  expect(first).toMatchObject({
    lineCount: 3,
    newCount: 3,
    isRepeat: false,
    firstDay: '2026-10-01',
    lastDay: '2026-10-02',
  });
  const again = await bank().import.mutate({ account: 'main', file, idempotencyKey: newKey() });
  expect(again).toMatchObject({ id: first.id, isRepeat: true });
  const overlapping = `${HEAD}${line(2)}${line(2)}${line(3)}`;
  expect(await bank().preview.mutate({ account: 'main', file: overlapping })).toMatchObject({
    lineCount: 3,
    knownCount: 2,
  });
  const second = await bank().import.mutate({ account: 'main', file: overlapping, idempotencyKey: newKey() });
  expect(second).toMatchObject({ lineCount: 3, newCount: 1 });
  const { items } = await bank().mappings.query();
  expect(items.find((one) => one.account === 'main')?.mapping).toMatchObject({
    dateFormat: 'DD.MM.YYYY',
    only: ['STRIPE'],
  });
});

test('a file without a mapped column, or with two of its name, of two currencies, or without a mapping is refused', async () => {
  const given = (file: string, account = 'main') =>
    bank().import.mutate({ account, file, idempotencyKey: newKey() });
  const code = async (call: Promise<unknown>) => (await refusalOf(call)).appCode;
  expect(await code(given('a,b\n1,2\n'))).toBe('BANK_FILE_UNREADABLE');
  const twice =
    'A\nB\nBuchungstag;Betrag;Betrag;Währung;Verwendungszweck;Referenz\n1.10.2026;1,00;2,00;USD;STRIPE;\n';
  expect((await refusalOf(given(twice))).message).toContain('2 columns named "Betrag"');
  expect(await code(given(`${HEAD}1.10.2026;1,00;XXX;Rent;\n`))).toBe('BANK_FILE_UNREADABLE');
  expect(await code(given(`${HEAD}1.10.2026;1,00;USD;Rent;\n1.10.2026;1,00;EUR;Rent;\n`))).toBe(
    'BANK_FILE_UNREADABLE',
  );
  expect(await code(given(`${HEAD}1.10.2026;1,00;USD;STRIPE;\n1.10.2026;1,00;EUR;STRIPE;\n`))).toBe(
    'BANK_FILE_UNREADABLE',
  );
  expect(await code(given('a,b\n1,2\n', 'never seen'))).toBe('INVALID_INPUT');
});

test('a payout is tied to its bank line by its name; a foreign line by hand, and then no run finds it again', async () => {
  await paidPayment(stage);
  await settle(stage);
  const payout = stage.app.simulator.control.createPayout({ currency: 'usd', includePending: true });
  await settle(stage);
  await sync(stage);
  const { rows } = await stage.app.database.pool.query(
    `UPDATE payouts SET arrival_at = now() - interval '1 day' WHERE id = $1 RETURNING amount::int AS amount, (arrival_at AT TIME ZONE 'UTC')::date::text AS day`,
    [payout.id],
  );
  const [{ amount, day }] = rows;
  const mapping = {
    date: 'Date',
    dateFormat: 'YYYY-MM-DD' as const,
    amount: { kind: 'IN_OUT' as const, inColumn: 'In', outColumn: 'Out' },
    decimalSign: '.' as const,
    currency: { kind: 'FIXED' as const, currency: 'USD' },
    description: 'Text',
  };
  const major = (minor: number) => (minor / 100).toFixed(2);
  // Another amount, and no name: a person must say whose it is.
  const file = `Date,In,Out,Text\n${day},${major(amount - 25)},,STRIPE TRANSFER\n`;
  await bank().import.mutate({ account: 'us', file, mapping, idempotencyKey: newKey() });
  const first = await runNow(stage, admin);
  const items = (await itemsOf(admin, first.id)).filter((item) => item.way === 'BANK');
  expect(breaksOf(items)).toEqual(['BANK MISSING_HERE UNKNOWN_BANK_LINE']);
  const discrepancyId = items.find((item) => item.reason === 'UNKNOWN_BANK_LINE')?.discrepancyId ?? '';
  const link = (payoutId: string) =>
    admin.reconciliation.discrepancies.link.mutate({
      discrepancyId,
      to: { kind: 'PAYOUT', payoutId },
      reason: 'The bank kept a fee',
      idempotencyKey: newKey(),
    });
  expect((await refusalOf(link('po_unknown'))).appCode).toBe('NOT_FOUND');
  await link(payout.id);
  const second = await runNow(stage, admin);
  expect(breaksOf((await itemsOf(admin, second.id)).filter((item) => item.way === 'BANK'))).toEqual([
    'BANK AMOUNT BANK_AMOUNT_DIFFERS',
  ]);
  expect(await admin.reconciliation.discrepancies.get.query({ discrepancyId })).toMatchObject({
    state: 'RESOLVED',
    resolution: 'VANISHED',
  });
});
