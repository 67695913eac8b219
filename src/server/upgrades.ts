import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type HttpSettings, hasAddress, isSecureRequest, pathOf, singleSlashes } from './http';
import { connectionOf } from './listener';
import type { NextHost } from './next';

/** An entrance for websockets, at exactly this path or below it. */
export interface UpgradeDoor {
  path: string;
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface UpgradeParts {
  settings: HttpSettings & { corsOrigins: readonly string[] };
  /** Asked at each upgrade: doors open when the service has started, and close before it stops. */
  doors(): readonly UpgradeDoor[];
  next(): NextHost | null;
}

/**
 * Answers requests for websockets: our own doors, and the hot reload of Next.js. Browsers send the cookies of this host from
 * any page, so a page of a foreign origin is refused (decision 5).
 * @returns the sockets that belong to no request any more: closing the server waits for them but never ends them
 */
export function handleUpgrades(server: Server, parts: UpgradeParts): ReadonlySet<Duplex> {
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (incoming, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    // From here on nobody else listens: a caller who resets the connection while it is refused would end the process.
    socket.on('error', () => socket.destroy());
    // What a library behind the doors throws over it would end the process, as nobody waits for it.
    if (!hasAddress(incoming)) return refuse(socket, '400 Bad Request');
    const path = pathOf(singleSlashes(incoming.url ?? '/'));
    const next = parts.next();
    if (next && path.startsWith('/_next/')) return next.upgrade(incoming, socket, head);
    const door = parts.doors().find((d) => path === d.path || path.startsWith(`${d.path}/`));
    if (!door) return refuse(socket, '404 Not Found');
    if (!isSecure(incoming, parts.settings)) return refuse(socket, '403 Forbidden');
    if (!isWelcome(incoming, parts.settings.corsOrigins)) return refuse(socket, '403 Forbidden');
    door.upgrade(incoming, socket, head);
  });
  return upgraded;
}

function isSecure(incoming: IncomingMessage, settings: HttpSettings): boolean {
  if (!settings.production) return true;
  const header = (name: string) => {
    const value = incoming.headers[name];
    return typeof value === 'string' ? value : null;
  };
  return isSecureRequest(header, connectionOf(incoming), settings.trustedProxyHops);
}

/** Without an Origin it is no browser. */
function isWelcome({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes('*') || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
