import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../errors';
import type { SideDoor } from '../http/server';
import { authenticationPage } from './authentication-page';
import { receiptPage } from './receipt-page';
import type { SimulatorControl } from './types';

function json(response: ServerResponse, status: number, value: unknown): true {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify(value ?? { ok: true }));
  return true;
}

/** A JSON content type makes browsers of other origins ask first, and nobody answers them. */
function acceptable(request: IncomingMessage, body: string): boolean {
  return body === '' || String(request.headers['content-type']).startsWith('application/json');
}

/**
 * Control for other processes: `POST /_simulator/<method of SimulatorControl>` with its argument as JSON (GET
 * for those without one), `GET /_simulator/health`, and the page on which a payer authenticates.
 */
export function controlDoor(control: SimulatorControl, onChange: () => void): SideDoor {
  const page = authenticationPage(control);
  return async (request, response, body) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const [, , name = '', id] = path.split('/');
    if (name === 'health') return json(response, 200, { simulator: 'stripe', ok: true });
    if (name === 'authenticate' && id !== undefined) return page(request, response, id, body);
    if (name === 'receipts' && id !== undefined) return receiptPage(control, response, id);
    if (!Object.hasOwn(control, name))
      return json(response, 404, { error: { message: `Unknown control ${path}` } });
    if (!acceptable(request, body)) return json(response, 415, { error: { message: 'Send JSON.' } });
    try {
      const method = control[name as keyof SimulatorControl] as (argument?: unknown) => unknown;
      const argument: unknown = body === '' ? undefined : JSON.parse(body);
      return json(response, 200, await method(argument));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return json(response, error instanceof ApiError ? error.status : 400, { error: { message } });
    } finally {
      onChange();
    }
  };
}
