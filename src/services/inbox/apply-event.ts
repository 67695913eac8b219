import type { Tx } from '@/db/transaction';
import type { FactOutcome } from '../payments/apply-intent';
import type { FactContext } from '../payments/fact-context';
import type { ProcessorEvent } from '../ports';

/** Applies one event's fact; given by src/webhooks/dispatch.ts, so that the inbox knows no event types. */
export type ApplyEvent = (tx: Tx, ctx: FactContext, event: ProcessorEvent) => Promise<FactOutcome>;
