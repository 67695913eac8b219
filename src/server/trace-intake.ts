import type { Tracing } from '@/observability/tracing';
import type { Receipt } from '@/services/inbox/receive';
import type { ProcessorEvent } from '@/services/ports';

type Intake = (event: ProcessorEvent) => Promise<Receipt>;

/** Takes in events as part of the trace in which their payment was started: its intent carries it in its metadata. */
export function traceIntake(intake: Intake, tracing: Tracing): Intake {
  return (event) =>
    tracing.inSpan(
      {
        name: `webhook ${event.type}`,
        kind: 'consumer',
        from: traceparentOf(event),
        attributes: { 'tabsy.stripe.event': event.id },
      },
      async (_, end) => {
        const receipt = await intake(event);
        end({ 'tabsy.receipt': receipt }, receipt === 'retry');
        return receipt;
      },
    );
}

/** A charge has its intent's metadata; a refund or a dispute has its own, without one. */
function traceparentOf({ subject }: ProcessorEvent): string | undefined {
  if (subject.kind === 'intent') return subject.intent.metadata.traceparent;
  return subject.kind === 'charge' ? subject.charge.metadata.traceparent : undefined;
}
