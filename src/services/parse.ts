import type { z } from 'zod';
import { ServiceError } from './errors';

/**
 * Input that passed its schema. @throws ServiceError INVALID_INPUT naming each field and what is wrong with it;
 * the values themselves are never repeated, they may be secrets.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((i) => `${i.path.join('.') || 'input'}: ${i.message}`);
  throw new ServiceError('INVALID_INPUT', `Check the input. ${problems.slice(0, 5).join('; ')}`, {
    details: { field: parsed.error.issues[0]?.path.join('.') ?? '' },
  });
}
