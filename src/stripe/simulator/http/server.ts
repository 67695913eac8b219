import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { API_VERSION } from '../options';
import { type ApiParts, type ApiResponse, handleApi } from './api';

/** Handles what is not the Stripe API (`/_simulator/…`); false when it does not know the path. */
export type SideDoor = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
  body: string,
) => Promise<boolean>;

const MAX_BODY_BYTES = 1_048_576;

function readBody(request: http.IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString('utf8')),
    );
    request.on('error', reject);
  });
}

/** Any page may confirm with a publishable key, as Stripe's own host allows. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers':
    'authorization, content-type, stripe-version, stripe-account, idempotency-key',
  'access-control-expose-headers': 'request-id, stripe-should-retry',
  'access-control-max-age': '300',
};

function send(request: http.IncomingMessage, response: http.ServerResponse, answer: ApiResponse): void {
  const key = request.headers['idempotency-key'];
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(answer.body),
    'request-id': answer.requestId,
    'stripe-version': request.headers['stripe-version'] ?? API_VERSION,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(answer.replayed ? { 'idempotent-replayed': 'true' } : {}),
    ...(request.headers.origin === undefined ? {} : CORS),
    ...answer.headers,
  });
  response.end(answer.body);
}

async function respond(
  parts: ApiParts,
  sideDoor: SideDoor,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const url = request.url ?? '/';
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const method = request.method ?? 'GET';
  if (method === 'OPTIONS' && path.startsWith('/v1/')) {
    response.writeHead(204, CORS).end();
    return;
  }
  const body = method === 'GET' ? '' : await readBody(request);
  if (path.startsWith('/_simulator') && (await sideDoor(request, response, body))) return;
  const raw = method === 'POST' ? body : question < 0 ? '' : url.slice(question + 1);
  const outcome = await handleApi(parts, { message: request, method, path, raw });
  if ('respond' in outcome) send(request, response, outcome.respond);
  else if (outcome.silence === 'destroy') request.socket.destroy();
}

export interface ListeningServer {
  port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; a hanging answer ends with the connection or with `close`. */
export function listen(parts: ApiParts, sideDoor: SideDoor, port: number): Promise<ListeningServer> {
  const server = http.createServer((request, response) => {
    respond(parts, sideDoor, request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 65_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
