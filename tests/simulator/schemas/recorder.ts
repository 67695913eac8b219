import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type FormHash, parseForm } from '@/stripe/simulator/http/form';
import type { Method } from '@/stripe/simulator/http/operation';
import { Router } from '@/stripe/simulator/http/router';
import { allOperations } from '@/stripe/simulator/resources/index';

/** One request and its answer as they crossed the wire. */
export interface Exchange {
  /** `GET /v1/refunds/:id`, or the request line when no operation matches. */
  operation: string;
  params: FormHash;
  status: number;
  body: unknown;
}

const router = new Router(allOperations);

function operationOf(method: string, path: string): string {
  const match = router.match(method as Method, path);
  return `${method} ${match?.operation.path ?? path}`;
}

/** A proxy in front of the simulator that keeps every exchange. */
export async function startRecorder(port: number) {
  const exchanges: Exchange[] = [];
  const server = http.createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const sent = await text(request);
    const forwarded = http.request(
      { host: '127.0.0.1', port, method, path: url, headers },
      async (answer) => {
        const body = await text(answer);
        const [path = '', query = ''] = url.split('?');
        exchanges.push({
          operation: operationOf(method, path),
          params: parseForm(method === 'POST' ? sent : query),
          status: answer.statusCode ?? 0,
          body: JSON.parse(body),
        });
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
      },
    );
    forwarded.on('error', () => response.destroy()).end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    exchanges,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
