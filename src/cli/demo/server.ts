import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { dataDirLocked, embeddedOwnerPid } from '@/db/embedded';
import type { Env } from '@/env';
import { createHttpServer, listen } from '@/server/listen';
import { UsageError } from '../command';
import { killGroup, startNode, stopChild } from './child';
import { waitFor } from './wait-for';

const READY_LIMIT_MS = 60_000;
/** Beyond the grace that the server itself gives to running requests. */
const STOP_MARGIN_MS = 15_000;

/** The built server, running as a process of its own. */
export interface DemoServer {
  url: string;
  logFile: string;
  pid: number;
  /** Resolves when it has ended, whoever ended it. */
  ended: Promise<unknown>;
  /** SIGTERM, then waits until database, simulator and server are down. */
  stop(): Promise<void>;
  /** No waiting. */
  kill(): void;
}

/** Says early, before anything is built or started, when the port cannot be had. @throws ListenError */
export async function assertPortFree({ server: { port, host } }: Env): Promise<void> {
  const probe = createHttpServer();
  await listen(probe, port, host);
  await new Promise((resolve) => probe.close(resolve));
}

/** Says early that another server runs on this folder's database, whose log would be overwritten. @throws EmbeddedPostgresError */
export async function assertDatabaseFree({ embeddedDatabase, dataDir }: Env): Promise<void> {
  if (!embeddedDatabase) return;
  const pid = await embeddedOwnerPid(dataDir);
  if (pid !== null) throw dataDirLocked(dataDir, pid);
}

/** Starts dist/demo-server.js and waits for /ready. @throws UsageError with what the server said when it could not start */
export async function startBuiltServer(env: Env, signal: AbortSignal): Promise<DemoServer> {
  signal.throwIfAborted();
  await mkdir(env.dataDir, { recursive: true });
  const logFile = path.join(env.dataDir, 'demo-server.log');
  const log = await open(logFile, 'w');
  // Its input stays open: the server ends itself when this process is gone and the pipe closes.
  const child = startNode(['dist/demo-server.js'], ['pipe', log.fd, log.fd]);
  const ended = once(child, 'exit');
  await log.close();
  let hasEnded = false;
  ended.then(
    () => {
      hasEnded = true;
    },
    () => {
      hasEnded = true;
    },
  );
  const stop = () => stopChild(child, env.server.shutdownGraceMs + STOP_MARGIN_MS);

  try {
    const url = await waitFor(
      `the server to be ready (see ${logFile})`,
      async () => {
        signal.throwIfAborted();
        if (hasEnded) throw new UsageError(complaintIn(await readFile(logFile, 'utf8'), logFile));
        const address = await addressOf(env, logFile);
        return address !== null && (await isReady(address)) ? address : null;
      },
      READY_LIMIT_MS,
    );
    return { url, logFile, pid: child.pid ?? 0, ended, stop, kill: () => killGroup(child) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A port of the system's choice is known only to the server, which tells its log. */
async function addressOf({ server: { port, host } }: Env, logFile: string): Promise<string | null> {
  if (port !== 0) {
    const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
  }
  const [, url] = /"msg":"ready: (http[^"]+)"/.exec(await readFile(logFile, 'utf8')) ?? [];
  return url ?? null;
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    (response) => response.ok,
    () => false,
  );
}

/** Between the log's JSON lines stand those for people. */
function complaintIn(log: string, logFile: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'));
  return lines.length > 0 ? lines.join('\n') : `The server did not start: see ${logFile}`;
}
