import { inject } from 'vitest';
import { inLanes } from '../../support/in-lanes';

/** Inputs for each procedure, row or door (decision 31). */
export const INPUTS_EACH = inject('testSize') === 'full' ? 1_000 : 15;
/** Another seed makes other inputs; the same seed the same ones. */
export const SEED = inject('seed');

const AT_ONCE = 6;
/** Far above what anything takes: what is still running then hangs. */
export const HANG_MS = 60_000;

/** What a message must never tell: statements, tables, places in the code, other machines' words. */
const INTERNALS =
  /\b(select|insert into|update|delete from) .*\b(from|set|values|where)\b|prisma|postgres|violates|constraint|relation "|column "?\w+"? (?:of|does)|syntax error|node_modules|\.[jt]s:\d|\bat \w+ \(|ECONN|EPIPE|ENOENT|TypeError|ReferenceError|RangeError|is not a function|Cannot read|of undefined|\bsk_|\bwhsec_/i;

/** What is wrong with the words of a refusal; null: nothing. */
export function leakIn(message: unknown): string | null {
  if (typeof message !== 'string' || message === '') return 'has no message';
  if (message.length > 2_000) return 'has an endless message';
  return INTERNALS.test(message) ? `tells too much: ${message}` : null;
}

/** Does each thing, some at a time. */
export function each<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  return inLanes(items.length, AT_ONCE, (index) => act(items[index] as Item));
}

/** For a failed assertion: short enough to read, long enough to do again. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 600);
}
