import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind } from '@/stripe/simulator';
import { creation, type Rig, startRig } from './support';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig(600);
});
beforeEach(() => rig.simulator.control.reset());
afterAll(() => rig.close());

const create = () => rig.processor.createIntent(creation('p1'), 'payment:p1:create:1');
const intentsAtStripe = () => rig.simulator.control.state().paymentIntents.length;

interface Row {
  kind: FaultKind;
  outcome: string;
  code: string;
  /** Whether Stripe executed it although we do not know. */
  executed: boolean;
  requests: number;
}

const ROWS: Row[] = [
  { kind: 'rate_limit', outcome: 'unavailable', code: 'rate_limit', executed: false, requests: 1 },
  { kind: 'server_error', outcome: 'unknown', code: 'processor_error', executed: false, requests: 1 },
  {
    kind: 'server_error_after_execution',
    outcome: 'unknown',
    code: 'processor_error',
    executed: true,
    requests: 1,
  },
  { kind: 'conflict', outcome: 'unknown', code: 'idempotency_key_in_use', executed: false, requests: 1 },
  { kind: 'hang', outcome: 'unknown', code: 'processor_no_answer', executed: false, requests: 1 },
  {
    kind: 'hang_after_execution',
    outcome: 'unknown',
    code: 'processor_no_answer',
    executed: true,
    requests: 1,
  },
  { kind: 'reset', outcome: 'unknown', code: 'processor_connection_lost', executed: false, requests: 2 },
  { kind: 'lost_answer', outcome: 'unknown', code: 'processor_connection_lost', executed: true, requests: 2 },
];

describe('faults of the processor', () => {
  it.each(ROWS)('$kind is $outcome ($code)', async ({ kind, outcome, code, executed, requests }) => {
    rig.simulator.control.addFault({ method: 'POST', kind, times: requests });
    expect(await create()).toMatchObject({ kind: outcome, error: { code } });
    expect(intentsAtStripe()).toBe(executed ? 1 : 0);
    expect(rig.simulator.control.requests().map((request) => request.idempotencyKey)).toEqual(
      Array(requests).fill('payment:p1:create:1'),
    );
  });

  it.each(ROWS.filter((row) => !row.kind.startsWith('server_error') && row.kind !== 'hang'))(
    'after $kind the same key ends in exactly one intent',
    async ({ kind, requests }) => {
      rig.simulator.control.addFault({ method: 'POST', kind, times: requests });
      await create();
      expect((await create()).kind).toBe('ok');
      expect(intentsAtStripe()).toBe(1);
    },
  );

  it.each<FaultKind>(['reset', 'lost_answer'])(
    'a single %s is repeated by itself, without a second intent',
    async (kind) => {
      rig.simulator.control.addFault({ method: 'POST', kind, times: 1 });
      expect((await create()).kind).toBe('ok');
      expect(intentsAtStripe()).toBe(1);
    },
  );

  it('a stored 5xx is told apart on repeat; listing finds what it hid, or a new key gets past it', async () => {
    rig.simulator.control.addFault({ method: 'POST', kind: 'server_error_after_execution', times: 1 });
    expect(await create()).toMatchObject({ kind: 'unknown', error: { code: 'processor_error' } });
    expect(await create()).toMatchObject({ kind: 'unknown', error: { code: 'processor_error_stored' } });
    expect(await rig.processor.findIntentByPaymentId('p1', 0)).toMatchObject({
      kind: 'ok',
      value: { status: 'requires_payment_method' },
    });
    expect((await rig.processor.createIntent(creation('p2'), 'payment:p2:create:2')).kind).toBe('ok');
  });

  it('sixteen at once with one key leave one intent, and nobody gets another answer than that intent or unknown', async () => {
    const outcomes = await Promise.all(Array.from({ length: 16 }, create));
    const ids = new Set(outcomes.flatMap((outcome) => (outcome.kind === 'ok' ? [outcome.value.id] : [])));
    expect(ids.size).toBe(1);
    for (const outcome of outcomes) expect(['ok', 'unknown']).toContain(outcome.kind);
    expect(intentsAtStripe()).toBe(1);
  });
});
