import type { ServiceContext } from '@/services/context';
import type { LimitKind } from './limits';
import type { RestSettings } from './settings';

/** One request of a known row, its caller known. */
export interface RestCall {
  ctx: ServiceContext;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The parsed body; empty for none. Unknown keys are nobody's business. */
  body: Readonly<Record<string, unknown>>;
  /** One for the whole operation: from the client's header, else new (decision 26). */
  idempotencyKey: string;
  /** The key is the client's own. */
  hasOwnKey: boolean;
  settings: RestSettings;
}

/** What goes into the envelope's `data`, and its optional text. */
export interface Answer {
  data: unknown;
  message?: string;
  status?: 200 | 201;
}

/** `verb`: whoever the service verb lets in; `staff`: of these, the restaurant's and the platform's people. The others are refused here. */
export type Who = 'anyone' | 'verb' | 'staff' | 'admin';

/** One row of the legacy API. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1, with `:name` for ids. `:paymentId` is ours and must be a UUID; others are opaque. */
  path: string;
  who: Who;
  handle(call: RestCall): Promise<Answer>;
  limit?: LimitKind;
  /** A guest who may not see it gets 401, which makes the screen read the public form (legacy-contract 1.4). */
  strangerGuestGets401?: true;
  /** Errors without the `error` key: the screen looks for `.response` (legacy-contract 1.4). */
  plainErrors?: 'guest';
}

export function ok(data: unknown, message?: string): Answer {
  return message === undefined ? { data } : { data, message };
}

export function created(data: unknown): Answer {
  return { data, status: 201 };
}
