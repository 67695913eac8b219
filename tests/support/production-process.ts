import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@/db/embedded/server-process';
import { secretsIn } from './log-scan';
import { waitFor } from './wait-for';

export interface ProductionProcess {
  child: ChildProcess;
  /** All that it has written so far. */
  output(): string;
}

/** The bundled server in a folder with nothing but the build, with these variables alone. */
export function startProduction(folder: string, env: Record<string, string>): ProductionProcess {
  const child = spawn(process.execPath, ['dist/server.js'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return { child, output: () => output };
}

export interface ProductionNode {
  /** The same after every restart. */
  url: string;
  /** Resolves once it is ready. */
  start(): Promise<void>;
  isUp(): boolean;
  /** In good order; answers its exit code. Fails when it has written what must stand in no log. */
  stop(): Promise<number | null>;
}

/** @param env read at each start */
export async function createProductionNode(
  folder: string,
  env: () => Record<string, string>,
): Promise<ProductionNode> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let running: ProductionProcess | null = null;
  return {
    url,
    async start() {
      const started = startProduction(folder, { ...env(), PORT: String(port) });
      running = started;
      await waitFor(
        `a node is ready`,
        () => {
          if (started.child.exitCode !== null) throw new Error(`the node ended: ${started.output()}`);
          return fetch(`${url}/ready`).then(
            (answer) => answer.ok,
            () => false,
          );
        },
        120_000,
      );
    },
    isUp: () => running !== null && running.child.exitCode === null && running.child.signalCode === null,
    async stop() {
      if (running === null) return null;
      const { child, output } = running;
      running = null;
      // One that has ended already, which it must not, says how.
      if (child.exitCode === null && child.signalCode === null) {
        const closed = once(child, 'close');
        child.kill('SIGTERM');
        await closed;
      }
      const secrets = secretsIn(output().split('\n'));
      if (secrets.length > 0) throw new Error(`the log of a node tells ${secrets.slice(0, 5).join('\n')}`);
      return child.exitCode;
    },
  };
}
