import type { z } from 'zod';
import { ServiceError } from './errors';

/** Of one problem: names of fields are the caller's, and may be as long as they like. */
const LONGEST = 200;

/**
 * Input that passed its schema. @throws ServiceError INVALID_INPUT naming each field and what is wrong with it;
 * the values themselves are never repeated, they may be secrets.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((i) =>
    `${i.path.join('.') || 'input'}: ${i.message}`.slice(0, LONGEST),
  );
  throw new ServiceError('INVALID_INPUT', `Check the input. ${problems.slice(0, 5).join('; ')}`, {
    details: { field: (parsed.error.issues[0]?.path.join('.') ?? '').slice(0, LONGEST) },
  });
}
