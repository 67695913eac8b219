import type { Env } from '@/env';
import type { Metrics } from '@/observability/metrics';
import type { Tracing } from '@/observability/tracing';
import type { CallLog, EndedCall } from '@/services/processor-calls/call-log';
import { createStripeClient } from '@/stripe/client';
import { createProcessor } from '@/stripe/processor';
import { createTokenBucket } from '@/stripe/token-bucket';
import type { AppOptions } from './app';

/** The processor at both priorities, over one client and one rate limit, watched by metrics, traces and the log of calls. */
export function connectStripe(
  env: Env,
  options: Pick<AppOptions, 'processor' | 'simulatorUrl'>,
  metrics: Metrics,
  tracing: Tracing | null,
  calls: CallLog,
) {
  const client = createStripeClient({
    secretKey: env.stripe.secretKey,
    apiBase: options.simulatorUrl ?? env.stripe.apiBase,
    apiVersion: env.stripe.apiVersion,
    timeoutMs: env.stripe.timeoutMs,
  });
  const bucket = createTokenBucket({ ratePerSec: env.stripe.requestsPerSecond });
  let isReachable = true;
  const observe = (seen: EndedCall) => {
    calls.note(seen);
    metrics.processorCall(seen.operation, seen.outcome, seen.ms / 1000);
    const endedMs = Date.now();
    tracing?.note(
      { name: `stripe ${seen.operation}`, kind: 'client', attributes: { 'tabsy.outcome': seen.outcome } },
      { startedMs: endedMs - seen.ms, endedMs },
      seen.outcome === 'unavailable' || seen.outcome === 'unknown',
    );
    isReachable = seen.outcome === 'ok' || seen.outcome === 'refused';
  };
  const connect = (priority: 'interactive' | 'batch') =>
    options.processor ?? createProcessor({ client, bucket, priority, observe });
  return {
    interactive: connect('interactive'),
    batch: connect('batch'),
    isReachable: () => isReachable,
    close: () => client.close(),
  };
}
