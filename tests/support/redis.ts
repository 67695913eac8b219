import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from '@/db/embedded/server-process';
import { waitFor } from './wait-for';

export interface TestRedis {
  url: string;
  /** It keeps its connections and answers nothing any more. */
  freeze(): void;
  stop(): Promise<void>;
}

/** Whether this machine has Debian's redis-server; tests that need one say so when they are skipped. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** A Redis server of its own on a free port of this machine, without files. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const child: ChildProcess = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  );
  const url = `redis://127.0.0.1:${port}`;
  await waitFor('Redis answers', () => answers(url));
  return {
    url,
    freeze: () => void child.kill('SIGSTOP'),
    stop: async () => {
      const exited = once(child, 'exit');
      // A frozen process takes no other signal.
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
