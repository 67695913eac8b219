import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseInput } from './parse';

const schema = z.strictObject({ reason: z.string().max(5), amountMinor: z.int() });

function refusal(raw: unknown) {
  try {
    return parseInput(schema, raw);
  } catch (error) {
    return error;
  }
}

it('gives what fits the schema', () => {
  expect(parseInput(schema, { reason: 'a', amountMinor: 1 })).toEqual({ reason: 'a', amountMinor: 1 });
});

it('names each wrong field, and repeats no value', () => {
  const error = refusal({ reason: 'secret words', amountMinor: 'many' });
  expect(error).toMatchObject({ code: 'INVALID_INPUT', details: { field: 'reason' } });
  expect((error as Error).message).toMatch(/reason: .*amountMinor: /);
  expect((error as Error).message).not.toContain('secret');
});

it('stays short, whatever names a caller makes up', () => {
  const error = refusal({ reason: 'a', amountMinor: 1, ['x'.repeat(5_000)]: 1 });
  expect((error as Error).message.length).toBeLessThan(300);
});
