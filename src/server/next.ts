import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import next from 'next';

/** Next.js behind our own server: everything that no door of ours answers. */
export interface NextHost {
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** Hot reload of the development server. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** Prepares Next.js in `dir`; without `dev` a build must be there. */
export async function startNext(options: { dev: boolean; dir: string; port: number }): Promise<NextHost> {
  // Next.js answers every upgrade on the server it is given and would swallow ours: it gets one that never listens.
  const decoy = createServer();
  const app = next({ ...options, hostname: 'localhost', httpServer: decoy, quiet: true });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    handle: (incoming, outgoing) => handle(incoming, outgoing),
    upgrade: (incoming, socket, head) => {
      if (!decoy.emit('upgrade', incoming, socket, head)) socket.destroy();
    },
    close: () => app.close(),
  };
}
