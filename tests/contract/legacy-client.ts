import axios, { type AxiosInstance, isAxiosError } from 'axios';

export type Version = 'v1' | 'v2';

/** One answer as it stood on the wire. */
export interface Recorded {
  request: string;
  status: number;
  body: unknown;
}

/** What the existing client makes of an answer that it takes for an error. */
class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    message: string,
    readonly status: number,
    readonly code: string | undefined,
    readonly details?: unknown,
  ) {
    super(message);
  }
}

export interface Envelope<T> {
  success: boolean;
  data: T;
  message?: string;
}

/** Fields that tests read; what is not there fails in the assertion that looks for it. */
// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, as it is for the clients
export type Wire = any;

export interface LegacyClient {
  get(path: string, params?: object): Promise<Envelope<Wire>>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Envelope<Wire>>;
  put(path: string, body?: object): Promise<Envelope<Wire>>;
  patch(path: string, body?: object): Promise<Envelope<Wire>>;
  delete(path: string): Promise<Envelope<Wire>>;
  /** Null once a 401 made the client forget it. */
  token(): string | null;
}

const TIMEOUT_MS = 10_000;
const NO_GUEST_ID = /\/admin\/|\/health|\/auth/;

/** Behaves like the existing API client of that version (legacy-contract section 1), and writes down every answer. */
export function createLegacyClient(options: {
  url: string;
  version: Version;
  recorded: Recorded[];
  token?: string;
  guestId?: string;
  origin?: string;
}): LegacyClient {
  let token = options.token ?? null;
  const http: AxiosInstance = axios.create({
    baseURL: `${options.url}/api/v1`,
    timeout: TIMEOUT_MS,
    headers: { 'Content-Type': 'application/json', ...(options.origin ? { Origin: options.origin } : {}) },
    paramsSerializer: { indexes: null },
  });
  http.interceptors.request.use((config) => {
    if (token !== null) config.headers.set('Authorization', `Bearer ${token}`);
    else if (options.guestId && !NO_GUEST_ID.test(config.url ?? '') && !config.headers.has('x-session-id'))
      config.headers.set('x-session-id', options.guestId);
    return config;
  });

  async function send(method: string, path: string, more: object): Promise<Envelope<Wire>> {
    const write = (status: number, body: unknown) =>
      options.recorded.push({ request: `${method} ${path}`, status, body });
    try {
      const answer = await http.request({ method, url: path, ...more });
      write(answer.status, answer.data);
      if (answer.data?.success === false)
        throw new ApiError(answer.data.message, 200, answer.data.code, answer.data);
      return answer.data;
    } catch (error) {
      if (!isAxiosError(error)) throw error;
      if (!error.response) throw new ApiError('Network error', 0, 'NETWORK_ERROR');
      const { status, data } = error.response;
      write(status, data);
      if (status === 401 && (options.version === 'v1' || token !== null)) {
        token = null;
        throw new ApiError('Your session has expired', 401, 'TOKEN_EXPIRED');
      }
      if (status === 401) throw error;
      if (status === 429) throw new ApiError('Too many requests', 429, 'RATE_LIMIT_EXCEEDED');
      if (data?.error) throw new ApiError(data.message, status, data.code, data);
      throw error;
    }
  }

  return {
    get: (path, params) => send('GET', path, { params }),
    post: (path, data = {}, headers = {}) => send('POST', path, { data, headers }),
    put: (path, data = {}) => send('PUT', path, { data }),
    patch: (path, data = {}) => send('PATCH', path, { data }),
    delete: (path) => send('DELETE', path, {}),
    token: () => token,
  };
}

/** How the client saw a refusal: as its own ApiError, or as axios' raw error with `.response`. */
export async function refusal(call: Promise<unknown>): Promise<{
  kind: 'ApiError' | 'AxiosError';
  status: number;
  code: string | undefined;
  message: string;
  response: Wire;
}> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiError)
      return {
        kind: 'ApiError',
        status: error.status,
        code: error.code,
        message: error.message,
        response: undefined,
      };
    if (isAxiosError(error) && error.response)
      return {
        kind: 'AxiosError',
        status: error.response.status,
        code: error.response.data.code,
        message: error.response.data.message,
        response: error.response,
      };
    throw error;
  }
  throw new Error('the call was expected to be refused, but it succeeded');
}
