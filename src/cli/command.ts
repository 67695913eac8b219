import { explain as explainStart } from '@/server/explain';

/** The command was asked for something that it cannot do; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What to tell the person at the terminal about an error. */
export function explain(error: unknown): string {
  if (error instanceof UsageError || (error instanceof Error && isBadArgument(error))) return error.message;
  return explainStart(error);
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
