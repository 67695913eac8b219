import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pool = Buffer.alloc(8192);
let used = pool.length;

/** Random base-62 text; entropy is drawn in blocks because one call per id is measurably slower. */
export function randomText(length: number): string {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let text = '';
  for (let i = 0; i < length; i += 1) text += ALPHABET[(pool[used + i] ?? 0) % 62];
  used += length;
  return text;
}

/** An id in Stripe's style: `newId('pi')` gives `pi_` and 24 base-62 characters. */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(24)}`;
}
