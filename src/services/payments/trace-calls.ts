import { type CallName, callName } from '../processor-calls/call-name';
import { callOfKey } from '../processor-keys';
import type { ProcessorCallView } from './view';

/** A request of the log of calls. */
export interface LoggedCall {
  id: string;
  operation: string;
  key: string | null;
  outcome: 'OK' | 'REFUSED' | 'UNAVAILABLE' | 'UNKNOWN';
  error: string | null;
  durationMs: number;
  at: Date;
  objectId: string | null;
}

/** A call that left a row of its own: how it stands is known even when neither log nor event came. */
export type StoredCall = Pick<ProcessorCallView, 'outcome' | 'objectId' | 'error'> & {
  key: string;
  at: Date;
};

/** An event, which names the request and the key that caused it. */
export interface CausedEvent {
  requestKey: string | null;
  requestId: string | null;
  objectId: string;
  createdAt: Date;
  receivedAt: Date;
}

/**
 * Every call to the processor about a payment, newest first. The log tells of each; rows and events add what it does not know,
 * and stand in for what it has lost. What only asked, again and again with an answer, is told once.
 * @param logged newest first @param events newest first
 */
export function tellCalls(
  logged: readonly LoggedCall[],
  stored: readonly StoredCall[],
  events: readonly CausedEvent[],
): ProcessorCallView[] {
  const effects = effectsOf(stored, events);
  const told = logged.flatMap((row): ProcessorCallView[] => {
    const call = callName(row);
    if (call === null) return [];
    const { operation: _, at, ...facts } = row;
    const effect = row.key === null ? undefined : effects.get(row.key);
    // Of several with one key the last is what had the effect.
    if (row.key !== null) effects.delete(row.key);
    return [
      {
        ...facts,
        call,
        at: at.toISOString(),
        objectId: effect?.objectId ?? row.objectId,
        requestId: effect?.requestId ?? null,
        error: row.outcome === 'OK' ? null : (effect?.error ?? row.error),
        times: 1,
      },
    ];
  });
  const loggedKeys = new Set(logged.map(({ key }) => key));
  const others = [...effects.values()]
    .filter(({ key }) => !loggedKeys.has(key))
    .flatMap(({ at, ...effect }): ProcessorCallView[] => {
      const call: CallName | null = callOfKey(effect.key);
      if (call === null) return [];
      return [{ ...effect, id: effect.key, call, at: at.toISOString(), durationMs: null, times: 1 }];
    });
  return onceInARow([...told, ...others].sort((a, b) => b.at.localeCompare(a.at)));
}

function effectsOf(stored: readonly StoredCall[], events: readonly CausedEvent[]) {
  const effects = new Map<string, StoredCall & { requestId: string | null }>(
    stored.map((call) => [call.key, { ...call, requestId: null }]),
  );
  // Oldest first: the first event of several that a request caused is nearest to it.
  for (const { requestKey: key, requestId, objectId, createdAt, receivedAt } of events.toReversed()) {
    if (key === null || callOfKey(key) === null) continue;
    const at = new Date(Math.min(createdAt.getTime() + 999, receivedAt.getTime()));
    const known = effects.get(key) ?? { key, at, outcome: 'OK', objectId, requestId, error: null };
    effects.set(key, { ...known, requestId: known.requestId ?? requestId });
  }
  return effects;
}

/** @param calls newest first */
function onceInARow(calls: readonly ProcessorCallView[]): ProcessorCallView[] {
  const told: ProcessorCallView[] = [];
  for (const call of calls) {
    const newer = told.at(-1);
    const isAgain = newer !== undefined && newer.call === call.call && isPlain(call) && isPlain(newer);
    if (isAgain) newer.times += 1;
    else told.push({ ...call });
  }
  return told;
}

function isPlain({ key, outcome }: ProcessorCallView): boolean {
  return key === null && outcome === 'OK';
}
