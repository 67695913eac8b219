import { ServiceError } from '@/services/errors';
import type { Logger } from '@/services/ports';

/** What a client is told of a refusal. */
export interface Refusal {
  code: string;
  message: string;
}

/** Messages of unexpected errors stay in the log: they may hold anything. */
export function refusalOf(error: unknown, log: Logger): Refusal {
  if (error instanceof ServiceError) return { code: error.code, message: error.message };
  log.error({ err: error }, 'a Socket.IO request failed');
  return { code: 'INTERNAL', message: 'Something went wrong on our side. Try again.' };
}

/** An error as Socket.IO's middleware sends it: the client gets one `connect_error` and does not try again. */
export function connectError({ code, message }: Refusal): Error {
  return Object.assign(new Error(message), { data: { code, message } });
}
