import { test } from 'vitest';
import { csvLines } from '@/documents/csv';
import { readBankFile } from '@/services/bank-lines/read-file';
test('csv', () => {
  console.log(JSON.stringify(csvLines([['Bar;=1+1;x', 'a', ' =1+1', '-5.00', '-5,00', '\uFEFF=1+1', '"=1"', '5;@SUM(A1)']])));
});
const m = { delimiter: ',' as const, skipLines: 0, date: 'Date', dateFormat: 'YYYY-MM-DD' as const, amount: { kind: 'SIGNED' as const, column: 'Amount' }, decimalSign: '.' as const, currency: { kind: 'FIXED' as const, currency: 'USD' }, description: 'Text', only: ['STRIPE'] };
const tryIt = (name: string, f: string, over: object = {}) => { try { const r = readBankFile(f, { ...m, ...over }); console.log(name, JSON.stringify({ c: r.columns, l: r.lines.map(({ digest, ...x }) => x), p: r.problems, s: r.skippedCount })); } catch (e) { console.log(name, 'THROWS', (e as Error).message); } };
test('bank files', () => {
  tryIt('dup', 'Date,Amount,Text,Amount\n2026-01-01,5.00,STRIPE,999.00\n');
  tryIt('barequote', 'Date,Amount,Text\n2026-01-01,5.00,STRIPE 12" pipe\n');
  tryIt('barequote in skipped line', 'Date,Amount,Text\n2026-01-01,5.00,STRIPE\n2026-01-02,-3.00,"Joe" rent\n');
  tryIt('preamble quote', 'Account "main" of Joe\nDate,Amount,Text\n2026-01-01,5.00,STRIPE\n', { skipLines: 1 });
  tryIt('currency sign', 'Date,Amount,Text\n2026-01-01,$5.00,STRIPE\n');
  tryIt('5 EUR', 'Date,Amount,Text\n2026-01-01,5.00 USD,STRIPE\n');
  tryIt('short year', 'Date,Amount,Text\n01/02/26,5.00,STRIPE\n', { dateFormat: 'DD/MM/YYYY' });
  tryIt('mon', 'Date,Amount,Text\n01 Feb 2026,5.00,STRIPE\n', { dateFormat: 'DD/MM/YYYY' });
  tryIt('pipe', 'Date|Amount|Text\n2026-01-01|5.00|STRIPE\n');
  tryIt('CR-only', 'Date,Amount,Text\r2026-01-01,5.00,STRIPE\r');
  tryIt('header case', 'date,amount,text\n2026-01-01,5.00,STRIPE\n');
  tryIt('zero', 'Date,Amount,Text\n2026-01-01,0.00,STRIPE fee\n');
  tryIt('2 blank lines above header', '\n\nDate,Amount,Text\n2026-01-01,5.00,STRIPE\n', { skipLines: 2 });
  tryIt('multiline', 'Date,Amount,Text\n2026-01-01,5.00,"STRIPE\nX"\n2026-13-01,5.00,STRIPE\n');
  tryIt('JPY', 'Date,Amount,Text\n2026-01-01,"5,000",STRIPE\n', { currency: { kind: 'FIXED', currency: 'JPY' } });
  tryIt('indian', 'Date,Amount,Text\n2026-01-01,"1,23,456.00",STRIPE\n', { currency: { kind: 'FIXED', currency: 'INR' } });
});
