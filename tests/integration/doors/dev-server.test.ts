import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { loadEnv } from '@/env';
import { createClients } from '../../support/app-clients';
import { type SeededRestaurant, seedOrder, seedRestaurant } from '../../support/app-fixtures';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { assertLedgerBalances } from '../../support/invariants';
import { asRestaurant, connectLegacy } from '../../support/legacy-socket';
import { openLiveClient } from '../../support/live-client';
import { waitFor } from '../../support/wait-for';

/*
 * `npm run dev`: one port for pages with hot reload, tRPC subscriptions and Socket.IO. Next.js answers every upgrade of a
 * server that it is given, and ours answer every other: each must leave the others alone. It runs in a copy inside the
 * project, so that no build and no other development server is disturbed.
 */

const COPY = resolve('.data', `dev-${process.pid}`);
/** What a development server reads. */
const PARTS = ['src', 'public', 'prisma', 'package.json', 'tsconfig.json', 'postcss.config.mjs'];
const PAGE = join(COPY, 'src/ui/landing/landing.tsx');
/** As long as a busy machine needs to compile. */
const START_MS = 240_000;
/** What hot reload says when a file has changed. */
const EDITED: ReadonlySet<string> = new Set([
  'building',
  'built',
  'serverComponentChanges',
  'clientChanges',
  'reloadPage',
]);

let database: TestDatabase;
let child: ChildProcess;
let url: string;
let output = '';

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 1 });
  await mkdir(COPY, { recursive: true });
  await Promise.all(PARTS.map((part) => cp(part, join(COPY, part), { recursive: true })));
  // Packages are found above the copy, hence a root above it.
  const config = await readFile('next.config.js', 'utf8');
  await writeFile(
    join(COPY, 'next.config.js'),
    config.replaceAll('import.meta.dirname', JSON.stringify(resolve('.'))),
  );
  const { PATH = '', HOME = '' } = process.env;
  child = spawn('npm', ['run', 'dev'], {
    cwd: COPY,
    env: {
      PATH,
      HOME,
      NODE_ENV: 'development',
      PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: database.url,
      NEXT_TELEMETRY_DISABLED: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, as npm and the watcher start more.
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  url = await waitFor(
    'the development server says where it is',
    () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
      return /ready: (http:\/\/[\d.:]+)/.exec(output)?.[1];
    },
    START_MS,
  );
}, START_MS + 60_000);

afterAll(async () => {
  if (child?.pid !== undefined && child.exitCode === null) {
    const closed = once(child, 'close');
    process.kill(-child.pid, 'SIGTERM');
    await closed;
  }
  await rm(COPY, { recursive: true, force: true });
  if (database) await assertLedgerBalances(database.pool);
  await database?.drop();
}, 60_000);

/** The websocket of hot reload, as the browser's script opens it, and the kinds of messages that came. */
async function openHotReload() {
  const kinds: string[] = [];
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/_next/hmr?id=test`, { origin: url });
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const { type, action } = JSON.parse(String(data)) as { type?: string; action?: string };
    kinds.push(type ?? action ?? '');
  });
  await once(socket, 'open');
  return { socket, kinds };
}

async function openLive(at: SeededRestaurant) {
  const token = await clients().token('RESTAURANT_STAFF', at.staffId);
  const client = openLiveClient(url, { token });
  const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
  const legacy = await connectLegacy(url, asRestaurant(token, at.restaurantId));
  await watching.ready();
  return {
    watching,
    legacy,
    close: async () => {
      legacy.close();
      await client.close();
    },
  };
}

const clients = () => createClients(url, loadEnv({ NODE_ENV: 'test' }));

test(
  'reported bug “websocket upgrade swallowed by the development server”: subscriptions, Socket.IO and hot reload share a port, also while pages are edited',
  async () => {
    const page = await fetch(`${url}/`);
    expect(page.status).toBe(200);
    const service = await clients().asService();
    const at = await seedRestaurant(service);
    const live = await openLive(at);
    const hot = await openHotReload();
    await waitFor('hot reload greets', () => hot.kinds.length > 0);

    const first = await seedOrder(service, at);
    await waitFor('both hear of the order', () =>
      [live.watching.events(), live.legacy.of('order:created')].every((heard) =>
        heard.some((event) => event.orderId === first),
      ),
    );

    const isEdit = (kind: string) => EDITED.has(kind);
    const before = hot.kinds.filter(isEdit).length;
    const source = await readFile(PAGE, 'utf8');
    await writeFile(PAGE, `${source}\n// edited\nexport const edited = ${Date.now()};\n`);
    await waitFor('hot reload tells of the edit', () => hot.kinds.filter(isEdit).length > before, START_MS);

    const second = await seedOrder(service, at);
    await waitFor('both still hear', () =>
      [live.watching.events(), live.legacy.of('order:created')].every((heard) =>
        heard.some((event) => event.orderId === second),
      ),
    );
    // Neither was reconnected meanwhile: nobody else took their upgrade, and the edit restarted nothing.
    expect(live.watching.messages.filter(({ type }) => type === 'live:ready')).toHaveLength(1);
    expect(live.legacy.socket.connected).toBe(true);
    expect(hot.socket.readyState).toBe(WebSocket.OPEN);
    hot.socket.terminate();
    await live.close();
  },
  3 * START_MS,
);
