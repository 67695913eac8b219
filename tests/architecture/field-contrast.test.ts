import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const css = readFileSync('src/ui/tokens.css', 'utf8');
const [light = '', dark = ''] = css.split('prefers-color-scheme: dark');

function colour(theme: string, token: string): string {
  const found = new RegExp(`--${token}: (#[0-9a-f]{6});`).exec(theme)?.[1];
  if (!found) throw new Error(`no --${token}`);
  return found;
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

it.each([
  ['light', light],
  ['dark', dark],
])('the edge of a field is seen (WCAG 2.2, 1.4.11) on every ground in %s', (_name, theme) => {
  for (const ground of ['page', 'surface', 'sunken'])
    expect(contrast(colour(theme, 'field-line'), colour(theme, ground))).toBeGreaterThanOrEqual(3);
});
