import { expect, test } from 'vitest';
import { typedId } from './typed-id';

const ID = '0198c0de-0000-7000-8000-000000000001';

test.each([
  ID,
  ` ${ID} `,
  `/admin/reconciliation/${ID}`,
  `https://pay.example.com/admin/reconciliation/${ID}`,
  `https://pay.example.com/admin/reconciliation/${ID}?restaurant=0198c0de-0000-7000-8000-000000000002`,
  `https://pay.example.com/admin/reconciliation/${ID}?tab=a/b#main`,
])('%j names the discrepancy', (text) => {
  expect(typedId(text)).toBe(ID);
});

test.each(['po_123', ''])('%j stays as it is', (text) => {
  expect(typedId(text)).toBe(text);
});
