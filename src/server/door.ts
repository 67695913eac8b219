import type { RequestInfo } from '@/services/context';
import type { ServiceError } from '@/services/errors';
import type { Connection } from './client-address';

/** One entrance over HTTP: who answers a path, and under which rules. */
export interface Door {
  /** Label in the metrics. */
  name: string;
  maxBodyBytes: number;
  /** Frontends call it: listed origins may read the answers, and browsers are told how to treat them. */
  isForBrowsers: boolean;
  /** Payment doors refuse plain http in production; probes come from inside. */
  needsHttps: boolean;
  handle(request: Request, info: RequestInfo, connection: Connection): Promise<Response>;
  /** What a refusal by the rules above looks like to this door's clients. */
  refuse(error: ServiceError, status: number, info: RequestInfo): Response;
}

/** The refusal for clients without a format of their own: the envelope of the legacy API. */
export function plainRefusal(error: ServiceError, status: number): Response {
  return Response.json(
    {
      success: false,
      message: error.message,
      code: error.code,
      error: { code: error.code, message: error.message },
    },
    { status },
  );
}
