import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { PAGE_ADDRESS_HEADER } from '@/ui/admin/login-next';
import { type Connection, clientAddress } from './client-address';
import { type Http, type HttpSettings, hasAddress, isSecureRequest, pathOf, singleSlashes } from './http';
import type { NextHost } from './next';

export interface ListenerParts {
  http: Http;
  /** `publicUrl`: where pages that came by plain http move to. */
  settings: HttpSettings & { publicUrl: string };
  /** Null: doors only, other paths are 404. */
  next: NextHost | null;
  /** `next` sends even the doors' requests through their Next.js routes, to prove that both mounts are one. */
  mount: 'direct' | 'next';
  /** Pages with hot reload evaluate code and hold a websocket: no content policy for them. */
  dev: boolean;
  /** Where cards are confirmed from a page: the simulator's address; null: Stripe's own script does it. */
  simulatorUrl: string | null;
}

export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Which side answers: a door directly, through the Node-to-Web adapter, or Next.js. */
export function createListener(parts: ListenerParts): Listener {
  const { http, settings, next, mount } = parts;
  // The adapter's own Request and Response would replace the global ones, and Next.js checks its own against those.
  const direct = getRequestListener(
    (request, { incoming }) => http.fetch(request, connectionOf(incoming as IncomingMessage)),
    { overrideGlobalObjects: false, hostname: 'localhost' },
  );

  return (incoming, outgoing) => {
    if (!hasAddress(incoming)) {
      outgoing
        .writeHead(400, { 'content-type': 'text/plain', connection: 'close' })
        .end('INVALID_INPUT: no such host.\n');
      return;
    }
    if (http.serves(pathOf(incoming.url ?? '/'))) {
      if (mount === 'direct' || next === null) void direct(incoming, outgoing);
      else {
        incoming.url = singleSlashes(incoming.url ?? '/');
        void next.handle(incoming, outgoing);
      }
      return;
    }
    if (settings.production && !isSecure(incoming, settings)) {
      sendToHttps(incoming, outgoing, settings.publicUrl);
      return;
    }
    setPageHeaders(incoming, outgoing, parts);
    if (next === null) outgoing.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
    else void next.handle(incoming, outgoing);
  };
}

export function connectionOf(incoming: IncomingMessage): Connection {
  return {
    remoteAddress: incoming.socket.remoteAddress ?? null,
    isEncrypted: 'encrypted' in incoming.socket && incoming.socket.encrypted === true,
  };
}

/** The caller's address, as for requests that a door answers. */
export function addressOf(incoming: IncomingMessage, trustedHops: number): string | null {
  const forwarded = incoming.headers['x-forwarded-for'];
  const text = Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? null);
  return clientAddress(text, connectionOf(incoming), trustedHops);
}

function isSecure(incoming: IncomingMessage, settings: HttpSettings): boolean {
  const header = (name: string) => {
    const value = incoming.headers[name];
    return typeof value === 'string' ? value : null;
  };
  return isSecureRequest(header, connectionOf(incoming), settings.trustedProxyHops);
}

/**
 * Pages move to https, at the public address: the request's host is what anybody wrote into it, and a move is remembered.
 * Anything else already sent its content in the open and must be stopped.
 */
function sendToHttps(incoming: IncomingMessage, outgoing: ServerResponse, publicUrl: string): void {
  const isPage = incoming.method === 'GET' || incoming.method === 'HEAD';
  const { protocol, origin } = new URL(publicUrl);
  const url = incoming.url ?? '/';
  if (isPage && protocol === 'https:' && url.startsWith('/')) {
    outgoing.writeHead(308, { location: `${origin}${url}` }).end();
    return;
  }
  outgoing.writeHead(403, { 'content-type': 'text/plain' }).end('HTTPS_REQUIRED: use https.\n');
}

/** Nothing from elsewhere, no frames; inline scripts only with the nonce of this very answer. */
function contentPolicy(nonce: string, card: CardOrigins): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' ${card.script}`.trim(),
    // React renders style attributes, which no nonce can allow.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${card.connect}`.trim(),
    ...(card.frame === '' ? [] : [`frame-src ${card.frame}`]),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What a page may reach beside this origin to take a card. */
interface CardOrigins {
  script: string;
  connect: string;
  frame: string;
}

const NO_CARD: CardOrigins = { script: '', connect: '', frame: '' };

/** Only where cards are entered (Stripe docs, "Security guide: Content Security Policy"). */
function cardOrigins(simulatorUrl: string | null): CardOrigins {
  if (simulatorUrl !== null) return { script: '', connect: simulatorUrl, frame: '' };
  return {
    script: 'https://js.stripe.com',
    connect: 'https://api.stripe.com',
    frame: 'https://js.stripe.com https://hooks.stripe.com',
  };
}

function setPageHeaders(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { settings: { production }, dev, simulatorUrl }: ListenerParts,
): void {
  const path = pathOf(incoming.url ?? '/');
  outgoing.setHeader('x-content-type-options', 'nosniff');
  outgoing.setHeader('x-frame-options', 'DENY');
  // A receipt's address is its key: it goes to nobody.
  outgoing.setHeader(
    'referrer-policy',
    path.startsWith('/r/') ? 'no-referrer' : 'strict-origin-when-cross-origin',
  );
  incoming.headers[PAGE_ADDRESS_HEADER] = addressOfPage(incoming.url ?? '/');
  // Next.js takes the nonce for its own scripts from the request's header; a caller's own is never believed.
  delete incoming.headers['content-security-policy'];
  if (!dev) {
    const policy = contentPolicy(
      randomBytes(16).toString('base64'),
      path === '/demo' ? cardOrigins(simulatorUrl) : NO_CARD,
    );
    incoming.headers['content-security-policy'] = policy;
    outgoing.setHeader('content-security-policy', policy);
  }
  if (production) outgoing.setHeader('strict-transport-security', 'max-age=31536000; includeSubDomains');
}

/** As the browser shows it: its router adds a mark of what it asks for. */
function addressOfPage(url: string): string {
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  if (!query.has('_rsc')) return url;
  query.delete('_rsc');
  return query.size === 0 ? pathOf(url) : `${pathOf(url)}?${query}`;
}
