import type { Logger } from '@/services/ports';
import { toServiceError } from '@/services/to-service-error';

/** What a client is told of a refusal. */
export interface Refusal {
  code: string;
  message: string;
}

/** Messages of unexpected errors stay in the log: they may hold anything. A stranger's thing looks like one that is not there. */
export function refusalOf(error: unknown, log: Logger): Refusal {
  const { kind, code, message, cause } = toServiceError(error);
  if (kind === 'INTERNAL') log.error({ err: cause ?? error }, 'a Socket.IO request failed');
  return { code: kind === 'NOT_VISIBLE' ? 'NOT_FOUND' : code, message };
}

/** An error as Socket.IO's middleware sends it: the client gets one `connect_error` and does not try again. */
export function connectError({ code, message }: Refusal): Error {
  return Object.assign(new Error(message), { data: { code, message } });
}
