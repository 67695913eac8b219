import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Env, secretValues } from '@/env';
import { createLogger } from '@/observability/logger';
import type { Logger } from '@/services/ports';
import type { Simulator } from '@/stripe/simulator';
import type { App } from './app';
import { type BootOptions, boot } from './boot';
import { publishApp } from './current-app';
import { pathOf } from './http';
import { closeServer, createHttpServer, listen } from './listen';
import { createListener, type Listener } from './listener';
import { type Live, startLive } from './live';
import type { NextHost } from './next';
import { seedAtStart } from './seed-at-start';
import { seedLogins } from './seed-logins';
import { handleUpgrades } from './upgrades';
import { startAppWorker } from './worker';

export interface StartOptions {
  env: Env;
  log?: Logger;
  /** False: doors only, without pages. */
  next?: boolean;
  /** Next.js with hot reload instead of a build. */
  dev?: boolean;
  mount?: 'direct' | 'next';
  /** Run the worker's tasks beside the doors. */
  worker?: boolean;
  databaseUrl?: string;
  app?: BootOptions['app'];
}

export interface RunningServer {
  /** As this machine reaches it, without a slash at the end. */
  url: string;
  /** Null with real keys. */
  simulator: Simulator | null;
  databaseUrl: string;
  app: App;
  live: Live;
  /** Finishes running requests within the grace period, then ends everything. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the whole service. The port is taken first: a port in use is told before a database starts, probes can see that
 * the process is alive but not ready, and the simulator learns where to deliver. Throws with one line that says what to do.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { env } = options;
  const log = options.log ?? createLogger({ level: env.logLevel, secrets: secretValues(env) });
  const server = createHttpServer();
  const requests = serveStarting(server);
  const port = await listen(server, env.server.port, env.server.host);
  const url = `http://${reachableHost(env.server.host)}:${port}`;
  const nextStarting = options.next === false ? null : startPages(options, port);
  // Reported below, after what was started beside it is ended.
  nextStarting?.catch(() => undefined);

  const booting = bootWithTasks({ ...bootOptions(options, url), log }, options.worker ?? false);
  const started = await Promise.all([booting, nextStarting]).catch(async (error: unknown) => {
    await closeServer(server, 0);
    await booting
      .then(async (booted) => {
        await booted.live.stop();
        await booted.tasks?.stop();
        await booted.stop();
      })
      .catch(() => undefined);
    throw error;
  });
  const [booted, next] = started;
  const { app, live } = booted;
  requests.listener = createListener({
    http: app,
    settings: {
      production: env.production,
      trustedProxyHops: env.server.trustedProxyHops,
      publicUrl: env.server.publicUrl,
    },
    next,
    mount: options.mount ?? 'direct',
    dev: options.dev ?? false,
    simulatorUrl: app.deps.settings.simulatorUrl,
  });
  const { production, server: settings } = env;
  const upgraded = handleUpgrades(server, {
    settings: { production, trustedProxyHops: settings.trustedProxyHops, corsOrigins: settings.corsOrigins },
    doors: () => live.doors,
    next: () => next,
  });
  publishApp(app);
  app.setLive(true);
  app.setReady(true);

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    app.setReady(false);
    requests.isStopping = true;
    await delay(env.server.shutdownDrainMs);
    const recovered = booted.tasks?.stop();
    await live.stop();
    for (const socket of upgraded) socket.destroy();
    await closeServer(server, env.server.shutdownGraceMs);
    await next?.close();
    publishApp(null);
    await recovered;
    await booted.stop();
  };
  return {
    url,
    simulator: booted.simulator,
    databaseUrl: booted.databaseUrl,
    app,
    live,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** What stands behind the doors, the demo's people where they are asked for, live events and the worker. */
async function bootWithTasks(options: BootOptions, hasWorker: boolean) {
  const booted = await boot(options);
  let undo = async () => undefined as unknown;
  try {
    if (options.env.demoSeed) {
      await seedAtStart(booted.app.deps);
      await seedLogins(booted.app.login);
    }
    const live = await startLive(booted.app, booted.databaseUrl);
    undo = () => live.stop();
    const tasks = hasWorker ? await startAppWorker(booted.app, booted.databaseUrl) : null;
    return { ...booted, tasks, live };
  } catch (error) {
    await undo();
    await booted.stop();
    throw error;
  }
}

/** Loaded only when pages are served: Next.js takes a second and some memory. */
async function startPages(options: StartOptions, port: number): Promise<NextHost> {
  const { startNext } = await import('./next');
  return startNext({ dev: options.dev ?? false, dir: process.cwd(), port });
}

/** A port chosen by the system is known only now, so links and the simulator's deliveries get it here. */
function bootOptions(options: StartOptions, url: string): BootOptions {
  const { env, databaseUrl } = options;
  const publicUrl = env.server.port === 0 ? { publicUrl: url } : {};
  const app = { ...options.app, settings: { ...publicUrl, ...options.app?.settings } };
  return { env, ownUrl: url, app, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
}

/** Until the doors are open: alive, but not ready. */
function serveStarting(server: Server): { listener: Listener; isStopping: boolean } {
  const state = { listener: answerStarting, isStopping: false };
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (state.isStopping) outgoing.shouldKeepAlive = false;
    state.listener(incoming, outgoing);
  });
  return state;
}

function answerStarting(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const isLive = pathOf(incoming.url ?? '/') === '/live';
  outgoing
    .writeHead(isLive ? 200 : 503, { 'content-type': 'application/json', 'retry-after': '1' })
    .end(JSON.stringify({ success: isLive, data: { alive: true, ready: false }, alive: true, ready: false }));
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
