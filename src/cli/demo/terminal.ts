import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colour only where a person looks at it; hasColors() also respects NO_COLOR. */
function paint(style: Style, text: string): string {
  const isColourful = process.stdout.isTTY && process.stdout.hasColors();
  return isColourful ? styleText(style, text) : text;
}

export const bold = (text: string) => paint('bold', text);
export const dim = (text: string) => paint('dim', text);
export const green = (text: string) => paint('green', text);
export const red = (text: string) => paint('red', text);

export function say(line = ''): void {
  console.log(line);
}

/** `12 ms`, or `3.4 s` from ten seconds' worth of milliseconds on. */
export function took(ms: number): string {
  return ms < 2_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** `work` with a line before it and the time it took behind it. */
export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const result = await work();
  say(`  ${what} ${dim(`(${took(performance.now() - startMs)})`)}`);
  return result;
}
