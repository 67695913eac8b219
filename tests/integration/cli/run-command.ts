import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Sent once, when the output so far contains `after`. */
  interrupt?: { after: string; signal: NodeJS.Signals };
}

/** Runs a command of package.json's scripts as `npm run` would, with only the given variables beside PATH and HOME. */
export async function runCommand(
  script: string,
  args: readonly string[],
  variables: Record<string, string> = {},
  { interrupt }: RunOptions = {},
): Promise<Finished> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    env: { PATH, HOME, ...variables } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const isNew = interrupt !== undefined && !stdout.includes(interrupt.after);
    stdout += text;
    if (interrupt && isNew && stdout.includes(interrupt.after)) child.kill(interrupt.signal);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
