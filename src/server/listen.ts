import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Milliseconds that slow callers are given. */
export const LIMITS = {
  headersTimeout: 10_000,
  /** A whole request, body included: a caller who trickles it is cut off. */
  requestTimeout: 30_000,
  /** Longer than the usual 60 s of load balancers, so that the balancer is the one who closes. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};
const IDLE_CHECK_MS = 25;

/** The port cannot be had; the message is one line that says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** An HTTP server with limits against slow callers; it has no listener for requests yet. */
export function createHttpServer(limits = LIMITS): Server {
  return createServer(limits);
}

/** Listens and returns the port. Throws ListenError when that is not possible. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(listenError(error, port, host));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Ends the server: no new connections, running requests get `graceMs`, then the rest is cut. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // A kept-alive connection becomes idle only when its request ends, and then nobody else would close it.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const limit = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(limit);
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): ListenError {
  const why =
    error.code === 'EADDRINUSE'
      ? `Port ${port} is in use`
      : error.code === 'EACCES'
        ? `This user may not listen on port ${port}`
        : `Cannot listen on ${host}:${port} (${error.code ?? error.message})`;
  return new ListenError(
    `${why}: stop the other program, or choose another port, e.g. PORT=${port + 1}. A second server beside one of this folder also needs a database of its own: DATA_DIR=.data2, or DATABASE_URL.`,
    { cause: error },
  );
}
