import { expect, test } from 'vitest';
import { LEDGER_ACCOUNTS } from '@/domain/ledger/accounts';

test('every account has a type that says which side it grows on, and a name for people', () => {
  const types = new Set(['ASSET', 'LIABILITY', 'REVENUE', 'CONTRA_REVENUE', 'EXPENSE']);
  for (const account of Object.values(LEDGER_ACCOUNTS)) {
    expect(types.has(account.type)).toBe(true);
    expect(account.name.length).toBeGreaterThan(5);
  }
});
