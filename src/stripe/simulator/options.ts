/** The version of the API that the simulator speaks; a test holds it to the SDK's own. */
export const API_VERSION = '2026-10-28.endive';
export const ACCOUNT_ID = 'acct_1SimulatorTabsy00';

export interface WebhookEndpointOptions {
  url: string;
  secret: string;
  /** Event types or `*`; default `['*']`. */
  enabledEvents?: string[];
}

export interface SimulatorOptions {
  /** 0 (default) picks a free port. */
  port?: number;
  /** true refuses to start: the simulator is for development and tests. */
  production: boolean;
  webhookEndpoints?: WebhookEndpointOptions[];
  /** Snapshot of the state, loaded at start, written with a delay and on close. */
  dataFile?: string;
  clock?: () => Date;
  latencyMs?: number;
  log?: (line: string) => void;
}

/** What control may change while the simulator runs. A delay of null holds the effect until released. */
export interface Settings {
  /** Delay of every API answer. */
  latencyMs: number;
  /** From a captured charge to its balance transaction ("asynchronous capture"). */
  settleDelayMs: number | null;
  /** From the refund of a 5126 card to its failure. */
  refundFailureDelayMs: number | null;
  /** From the charge of a 0259 card to its dispute. */
  disputeDelayMs: number | null;
  webhookMaxAttempts: number;
  /** First wait before a repeated delivery; doubles with every attempt. */
  webhookRetryBaseMs: number;
  webhookTimeoutMs: number;
  webhookConcurrency: number;
}

export function defaultSettings(options: SimulatorOptions): Settings {
  return {
    latencyMs: options.latencyMs ?? 0,
    settleDelayMs: 300,
    refundFailureDelayMs: 300,
    disputeDelayMs: 300,
    webhookMaxAttempts: 8,
    webhookRetryBaseMs: 200,
    webhookTimeoutMs: 10_000,
    webhookConcurrency: 8,
  };
}
