import { type ParseArgsConfig, parseArgs } from 'node:util';
import { explain as explainStart } from '@/server/explain';

/** The command was asked for something that it cannot do; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What to tell the person at the terminal about an error. */
export function explain(error: unknown): string {
  return error instanceof UsageError ? error.message : explainStart(error);
}

/**
 * The command line's options, and what stands beside them where that is allowed.
 * @throws UsageError naming what is not known or lacks a value, and all options that there are
 */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  options: Options,
  { allowPositionals = false } = {},
) {
  try {
    return parseArgs({ options, allowPositionals });
  } catch (error) {
    if (!(error instanceof Error && isBadArgument(error))) throw error;
    const known = Object.entries(options).map(([name, { type }]) =>
      type === 'boolean' ? `--${name}` : `--${name} …`,
    );
    const [what = ''] = error.message.split('. ');
    throw new UsageError(`${what}. Options: ${known.join(', ') || 'none'}.`);
  }
}

/** A number of an option as it was typed. @throws UsageError unless it is above 0 (and `isWhole`, where that is asked) */
export function positive(option: string, text: string, { isWhole = true } = {}): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value))) return value;
  throw new UsageError(`--${option} must be a ${isWhole ? 'whole number from 1' : 'number above 0'}.`);
}

/** Runs a command's body and ends the process; an error becomes one explained message on stderr and exit code 1. */
export async function runCommand(body: () => Promise<void>): Promise<never> {
  try {
    await body();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
  return endProcess();
}

/** Once all output is written, not when nothing is left to wait for: the schema engine's own timer alone takes 10 s. */
export async function endProcess(): Promise<never> {
  await new Promise((resolve) => process.stdout.write('', resolve));
  await new Promise((resolve) => process.stderr.write('', resolve));
  process.exit();
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** parseArgs met an option that it does not know; its message names it. */
function isBadArgument(error: Error): boolean {
  return codeOf(error).startsWith('ERR_PARSE_ARGS');
}
