import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

export interface Balancer {
  url: string;
  /** Requests that no node answered. */
  failures(): number;
  stop(): Promise<void>;
}

const CHECK_MS = 100;
/** For so long a request waits for a node, as a check may be late on a busy machine: lb_try_duration and lb_try_interval. */
const TRY_MS = 5_000;
const TRY_AGAIN_MS = 100;

/**
 * A load balancer in front of nodes, as ops/Caddyfile describes one: it asks each for /ready, sends a request to those that
 * are, tries another one when a connection is refused (nothing was sent then), and says that its own side is https.
 * `keepAlive`: it sends many requests over one connection, too, and one that a node closes under a request is a failure.
 */
export async function startBalancer(nodes: readonly string[], { keepAlive = false } = {}): Promise<Balancer> {
  const agent = keepAlive ? new Agent({ keepAlive }) : false;
  const ready = new Set<string>();
  let turn = 0;
  let failures = 0;
  const look = async (node: string) => {
    if (await isReady(node)) ready.add(node);
    else ready.delete(node);
  };
  const checks = setInterval(() => void Promise.all(nodes.map(look)), CHECK_MS);
  const candidates = () => {
    turn += 1;
    const open = nodes.filter((node) => ready.has(node));
    return open.map((_, i) => open[(i + turn) % open.length] ?? '');
  };

  async function firstReady(): Promise<string | undefined> {
    for (const endMs = performance.now() + TRY_MS; performance.now() < endMs; await pause(TRY_AGAIN_MS)) {
      const [node] = candidates();
      if (node !== undefined) return node;
    }
    return undefined;
  }

  async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    for await (const chunk of incoming) body.push(chunk as Buffer);
    for (const endMs = performance.now() + TRY_MS; performance.now() < endMs; await pause(TRY_AGAIN_MS)) {
      for (const node of candidates()) {
        const answer = await ask(node, incoming, Buffer.concat(body), agent);
        if (answer === null) continue;
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        return;
      }
    }
    failures += 1;
    outgoing.writeHead(502).end('no node answers');
  }

  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch(() => {
      failures += 1;
      outgoing.destroy();
    });
  });
  const open = new Set<Duplex>();
  const openTunnel = async (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const node = await firstReady();
    if (node === undefined) return void socket.destroy();
    const { hostname, port } = new URL(node);
    const upstream = connect(Number(port), hostname, () => {
      const lines = Object.entries(forwardedHeaders(incoming)).map(([name, value]) => `${name}: ${value}`);
      upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    open.add(upstream);
    upstream.on('error', () => undefined);
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => {
      open.delete(upstream);
      socket.destroy();
    });
  };
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    void openTunnel(incoming, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failures: () => failures,
    async stop() {
      clearInterval(checks);
      if (agent) agent.destroy();
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Each look has its own connection. One that is kept alive is asked again before it counts as idle, so that a node which
 * waits for its connections, as `next start` does, would never end.
 */
function isReady(node: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(`${node}/ready`, {
      agent: false,
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(2_000),
    });
    call.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.on('error', () => resolve(false));
    call.end();
  });
}

function forwardedHeaders({ headers, socket }: IncomingMessage) {
  return { ...headers, 'x-forwarded-for': socket.remoteAddress ?? '', 'x-forwarded-proto': 'https' };
}

/** Null: the connection was refused. */
function ask(
  node: string,
  incoming: IncomingMessage,
  body: Buffer,
  agent: Agent | false,
): Promise<IncomingMessage | null> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(node);
    const call = request(
      {
        hostname,
        port,
        path: incoming.url,
        method: incoming.method,
        headers: {
          ...forwardedHeaders(incoming),
          connection: agent ? 'keep-alive' : 'close',
        },
        agent,
      },
      resolve,
    );
    call.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? resolve(null) : reject(error),
    );
    call.end(body);
  });
}
