import { answerInTime } from '../answer-in-time';
import type { ServiceContext } from '../context';
import type { ProcessorOutcome } from '../ports';
import type { SystemStatusView } from './schemas';

const LIMIT_MS = 3_000;

/** Asks the processor for its newest events, a call that changes nothing, and says how long the answer took. */
export async function askProcessor(ctx: ServiceContext): Promise<SystemStatusView['processor']> {
  const startedMs = performance.now();
  const fromSec = Math.floor(ctx.clock.now().getTime() / 1000);
  const work = ctx.processor.listEvents({ fromSec, afterId: null }).then(problemOf);
  const problem = await answerInTime(ctx, work, () => `No answer within ${LIMIT_MS / 1000} s.`, LIMIT_MS);
  return {
    isSimulator: ctx.settings.simulator,
    isReachable: problem === null,
    latencyMs: Math.round(performance.now() - startedMs),
    problem,
  };
}

function problemOf(outcome: ProcessorOutcome<unknown>): string | null {
  return outcome.kind === 'ok' ? null : outcome.error.staffMessage;
}
