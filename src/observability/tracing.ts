import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Logger } from '@/services/ports';
import packageJson from '../../package.json';
import { formatTraceparent, parseTraceparent } from './traceparent';

interface SpanWish {
  name: string;
  /** What it is to the rest of the trace: `server` and `consumer` begin here, `client` calls out. */
  kind: 'server' | 'client' | 'consumer' | 'internal';
  /** Ids, states and durations; never personal data. */
  attributes?: Attributes;
  /** A `traceparent` that it continues; without a valid one, the span in which it happens. */
  from?: string | null | undefined;
}

/** Spans for OpenTelemetry. What runs inside `inSpan`, however deep, belongs to it. */
export interface Tracing {
  /** Runs `work` in a span; `work` gets its `traceparent`, to hand on, and the way to say how it ended. */
  inSpan<T>(
    wish: SpanWish,
    work: (traceparent: string, end: (attributes: Attributes, isError: boolean) => void) => Promise<T>,
  ): Promise<T>;
  /** Writes down what has just ended, as part of the span in which it happens or of `from`; nothing without either. */
  note(wish: SpanWish, time: { startedMs: number; endedMs: number }, isError: boolean): void;
  /** Sends what has not been sent, as far as that goes in two seconds. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 2_000;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/**
 * Sends traces by OTLP over HTTP to `<endpoint>/v1/traces`, in batches beside the work. Nothing is registered globally: only
 * what this service marks is traced. The SDK itself reads the standard OTEL_* variables for headers, sampling and service name.
 */
export async function startTracing(endpoint: string, log: Logger): Promise<Tracing> {
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const own = resources.resourceFromAttributes({
    'service.name': 'tabsy-payments',
    'service.version': packageJson.version,
    'process.pid': process.pid,
  });
  const provider = new NodeTracerProvider({
    resource: own.merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
  });
  const tracer = provider.getTracer('tabsy-payments');
  const active = new AsyncLocalStorage<Span>();

  function start(wish: SpanWish, startTime?: number): Span {
    const around = active.getStore();
    const remote = parseTraceparent(wish.from);
    const parent = remote ?? around?.spanContext();
    // What continues another trace still says in which request it came.
    const links = remote && around ? [{ context: around.spanContext() }] : [];
    return tracer.startSpan(
      wish.name,
      {
        kind: KINDS[wish.kind],
        attributes: wish.attributes ?? {},
        links,
        ...(startTime === undefined ? {} : { startTime }),
      },
      parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
    );
  }

  return {
    async inSpan(wish, work) {
      const span = start(wish);
      try {
        return await active.run(span, () =>
          work(formatTraceparent(span.spanContext()), (attributes, isError) => {
            span.setAttributes(attributes);
            if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
          }),
        );
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
    note(wish, { startedMs, endedMs }, isError) {
      if (active.getStore() === undefined && parseTraceparent(wish.from) === null) return;
      const span = start(wish, startedMs);
      if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(endedMs);
    },
    async stop() {
      const isSent = await Promise.race([
        provider.shutdown().then(
          () => true,
          () => false,
        ),
        delay(STOP_LIMIT_MS, false, { ref: false }),
      ]);
      if (!isSent) log.warn({ endpoint }, 'the last traces could not be sent');
    },
  };
}
