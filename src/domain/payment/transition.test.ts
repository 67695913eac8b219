import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCaptured, PAYMENT_STATUSES, type PaymentStatus } from '@/domain/payment/status';
import {
  decide,
  FACT_RANK,
  FACT_STATUS,
  isHeldByReceipt,
  PAYMENT_FACTS,
  type PaymentFact,
  type PaymentState,
  refundStatus,
  TRANSITIONS,
} from '@/domain/payment/transition';
import { numRuns } from '@/domain/test-samples';

type Fact = { kind: PaymentFact; atSec: number };

const start: PaymentState = { status: 'PENDING', factAtSec: null, factRank: null };
const cells = PAYMENT_STATUSES.flatMap((status) => PAYMENT_FACTS.map((kind) => ({ status, kind })));
const stateAfter = (facts: readonly Fact[], from: PaymentState = start): PaymentState =>
  facts.reduce<PaymentState>((state, fact) => {
    const decision = decide(state, fact);
    if (decision.kind !== 'apply') return state;
    return { status: decision.to, factAtSec: decision.factAtSec, factRank: decision.factRank };
  }, from);
const at = (kind: PaymentFact, atSec = 10): Fact => ({ kind, atSec });

// The whole table once more, written independently: A apply, N if newer, U if untouched, R refund,
// C repeat unless cash, E end of a receipt, O open again, i ignore, x refuse. Columns in the order of PAYMENT_FACTS.
const EXPECTED: Record<PaymentStatus, string> = {
  PENDING: 'NNNAAUUUxxxii',
  PROCESSING: 'NNNAAxxxxxxEO',
  FAILED: 'NNNAAxxxxxxii',
  CANCELLED: 'iiiAiixixxxii',
  COMPLETED: 'iiiCixixRRiii',
  PARTIALLY_REFUNDED: 'iiiCixxxiRRii',
  REFUNDED: 'iiiCixxxRiRii',
};
const LETTER = {
  apply: 'A',
  applyIfNewer: 'N',
  applyIfUntouched: 'U',
  applyRefund: 'R',
  ignoreUnlessCash: 'C',
  endReceipt: 'E',
  reopen: 'O',
  ignore: 'i',
  refuse: 'x',
};

describe('the table', () => {
  test.each(PAYMENT_STATUSES)('row %s is as decided, every cell of it', (status) => {
    expect(PAYMENT_FACTS.map((kind) => LETTER[TRANSITIONS[status][kind].rule]).join('')).toBe(
      EXPECTED[status],
    );
  });

  test.each(cells)('$status x $kind decides for an older, an equal and a newer fact', ({ status, kind }) => {
    for (const atSec of [9, 10, 11]) {
      const decision = decide({ status, factAtSec: 10, factRank: 2 }, { kind, atSec });
      if (decision.kind === 'apply') expect(decision.to).toBe(FACT_STATUS[kind]);
      else expect(decision.reason.length).toBeGreaterThan(5);
    }
  });

  test('every status is reachable from a new payment, and no other', () => {
    const reached = new Set<PaymentStatus>();
    const queue: PaymentState[] = [start];
    for (let state = queue.pop(); state; state = queue.pop()) {
      if (reached.has(state.status)) continue;
      reached.add(state.status);
      queue.push(...PAYMENT_FACTS.map((kind) => stateAfter([at(kind)], state)));
    }
    expect([...reached].sort()).toEqual([...PAYMENT_STATUSES].sort());
  });

  test('no intent or creation fact ever takes a captured payment back', () => {
    for (const { status, kind } of cells) {
      if (!isCaptured(status)) continue;
      expect(isCaptured(stateAfter([at(kind)], { status, factAtSec: 1, factRank: 5 }).status)).toBe(true);
    }
  });
});

describe('intent facts', () => {
  test('declined then paid, delivered in reverse, is paid', () => {
    expect(stateAfter([at('INTENT_SUCCEEDED', 20), at('INTENT_FAILED', 10)]).status).toBe('COMPLETED');
  });

  test('a success wins over a cancellation that was recorded first', () => {
    expect(stateAfter([at('INTENT_CANCELED'), at('INTENT_SUCCEEDED', 5)]).status).toBe('COMPLETED');
  });

  test('within one second the higher rank wins, in either order', () => {
    const facts = [at('INTENT_REQUIRES_ACTION'), at('INTENT_PROCESSING'), at('INTENT_FAILED')];
    expect(stateAfter(facts).status).toBe('FAILED');
    expect(stateAfter(facts.toReversed()).status).toBe('FAILED');
  });

  test('a new attempt after a decline shows as the newest fact', () => {
    const retried = stateAfter([at('INTENT_FAILED', 10), at('INTENT_PROCESSING', 11)]);
    expect(retried).toEqual({ status: 'PROCESSING', factAtSec: 11, factRank: FACT_RANK.INTENT_PROCESSING });
    expect(decide(retried, at('INTENT_FAILED', 10)).kind).toBe('ignore');
  });

  test.each(['INTENT_REQUIRES_ACTION', 'INTENT_PROCESSING', 'INTENT_FAILED', 'INTENT_CANCELED'] as const)(
    'a repeated %s is ignored, so it counts once',
    (kind) => {
      expect(decide(stateAfter([at(kind)]), at(kind)).kind).toBe('ignore');
    },
  );

  test('the same success delivered three times settles once and the completion time stays', () => {
    const paid = stateAfter([at('INTENT_SUCCEEDED', 10)]);
    expect(decide(paid, at('INTENT_SUCCEEDED', 10)).kind).toBe('ignore');
    expect(decide(paid, at('INTENT_SUCCEEDED', 12)).kind).toBe('ignore');
  });
});

describe('order does not matter', () => {
  const openFact = fc.record({
    kind: fc.constantFrom<PaymentFact>('INTENT_REQUIRES_ACTION', 'INTENT_PROCESSING', 'INTENT_FAILED'),
    atSec: fc.integer({ min: 100, max: 104 }),
  });
  const atMostOne = (kind: PaymentFact) =>
    fc.array(fc.record({ kind: fc.constant(kind), atSec: fc.integer({ min: 100, max: 104 }) }), {
      maxLength: 1,
    });
  // One intent succeeds at most once and is cancelled at most once; everything else may repeat.
  const history = fc
    .tuple(fc.array(openFact, { maxLength: 8 }), atMostOne('INTENT_SUCCEEDED'), atMostOne('INTENT_CANCELED'))
    .map((groups) => groups.flat());
  const delivery = history.chain((facts) =>
    fc
      .array(fc.integer({ min: 1, max: 5 }), { minLength: facts.length, maxLength: facts.length })
      .map((copies) => facts.flatMap((fact, index) => Array<Fact>(copies[index] ?? 1).fill(fact)))
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
      .map((delivered) => ({ facts, delivered })),
  );

  const oracle = (facts: readonly Fact[]): PaymentState => {
    const weight = (fact: Fact) => {
      if (fact.kind === 'INTENT_SUCCEEDED') return 1e9;
      return fact.kind === 'INTENT_CANCELED' ? 1e6 : fact.atSec * 10 + FACT_RANK[fact.kind];
    };
    const last = facts.toSorted((a, b) => weight(a) - weight(b)).at(-1);
    if (!last) return start;
    return { status: FACT_STATUS[last.kind], factAtSec: last.atSec, factRank: FACT_RANK[last.kind] };
  };

  test('any permutation and duplication of intent facts ends as the sorted ones and as the oracle', () => {
    fc.assert(
      fc.property(delivery, ({ facts, delivered }) => {
        const sorted = facts.toSorted((a, b) => a.atSec - b.atSec || FACT_RANK[a.kind] - FACT_RANK[b.kind]);
        expect(stateAfter(delivered)).toEqual(stateAfter(sorted));
        expect(stateAfter(delivered)).toEqual(oracle(facts));
      }),
      numRuns(10),
    );
  });

  test('intent facts that arrive around refunds never undo them', () => {
    fc.assert(
      fc.property(delivery, ({ delivered }) => {
        const refunded = stateAfter([at('INTENT_SUCCEEDED', 100), at('REFUNDED_PART', 105)]);
        expect(stateAfter(delivered, refunded)).toEqual(refunded);
      }),
      numRuns(),
    );
  });
});

describe('creation and cash', () => {
  test('a refused creation ends the hold: CANCELLED, as no intent was ever made', () => {
    expect(stateAfter([at('CREATION_REFUSED')]).status).toBe('CANCELLED');
  });

  test('a creation cannot have been refused once the intent was heard of', () => {
    const heard = stateAfter([at('INTENT_REQUIRES_ACTION')]);
    expect(decide(heard, at('CREATION_REFUSED')).kind).toBe('refuse');
  });

  test('cash completes or withdraws an untouched request, a double click changes nothing', () => {
    const paid = stateAfter([at('CASH_RECEIVED')]);
    expect(paid.status).toBe('COMPLETED');
    expect(decide(paid, at('CASH_RECEIVED')).kind).toBe('ignore');
    expect(stateAfter([at('CANCEL_CASH')]).status).toBe('CANCELLED');
  });

  test('cash is refused while a card attempt is known, after withdrawal and after a refund', () => {
    for (const known of [
      'INTENT_REQUIRES_ACTION',
      'INTENT_PROCESSING',
      'INTENT_FAILED',
      'CANCEL_CASH',
    ] as const) {
      expect(decide(stateAfter([at(known)]), at('CASH_RECEIVED')).kind).toBe('refuse');
    }
    const refunded = stateAfter([at('CASH_RECEIVED'), at('REFUNDED_FULL')]);
    expect(decide(refunded, at('CASH_RECEIVED')).kind).toBe('refuse');
  });

  test('a card success after cash is a second payment: refused loudly, also after a refund', () => {
    const paid = stateAfter([at('CASH_RECEIVED')]);
    expect(decide(paid, at('INTENT_SUCCEEDED'))).toEqual({
      kind: 'refuse',
      reason: 'paid in cash: the intent took the money a second time',
    });
    expect(decide(stateAfter([at('REFUNDED_PART')], paid), at('INTENT_SUCCEEDED')).kind).toBe('refuse');
  });
});

describe('money that does not fit', () => {
  const held: PaymentState = {
    status: 'PROCESSING',
    factAtSec: 10,
    factRank: FACT_RANK.INTENT_SUCCEEDED,
  };
  const givenBack = ['RECEIPT_GIVEN_BACK', 'OTHER_RECEIPT_GIVEN_BACK'] as const;

  test('the own intent’s, given back, cancels the payment: its hold is over', () => {
    const over = stateAfter([at('RECEIPT_GIVEN_BACK', 20)], held);
    expect(over.status).toBe('CANCELLED');
    expect(decide(over, at('RECEIPT_GIVEN_BACK', 30)).kind).toBe('ignore');
  });

  test('another intent’s, given back, opens the payment as it was: its own intent’s next fact decides, of whatever second', () => {
    const open = stateAfter([at('OTHER_RECEIPT_GIVEN_BACK', 20)], held);
    expect(open).toEqual(start);
    expect(stateAfter([at('INTENT_FAILED', 1)], open).status).toBe('FAILED');
    expect(stateAfter([at('INTENT_SUCCEEDED', 1)], open).status).toBe('COMPLETED');
    expect(stateAfter([at('INTENT_CANCELED', 1)], open).status).toBe('CANCELLED');
  });

  test('given back, it changes no payment but one that a receipt holds', () => {
    const state = fc.record({
      status: fc.constantFrom(...PAYMENT_STATUSES),
      factAtSec: fc.option(fc.integer({ min: 1, max: 100 })),
      factRank: fc.option(fc.constantFrom(...Object.values(FACT_RANK))),
    });
    fc.assert(
      fc.property(
        state,
        fc.constantFrom(...givenBack),
        fc.integer({ min: 1, max: 100 }),
        (before, kind, sec) => {
          const after = stateAfter([at(kind, sec)], before);
          if (isHeldByReceipt(before)) expect(after.status).toBe(FACT_STATUS[kind]);
          else expect(after).toEqual(before);
          // Whatever it did, money of the right amount still completes the payment, and its repeat does nothing.
          expect(stateAfter([at(kind, sec)], after)).toEqual(after);
          if (!isCaptured(before.status))
            expect(stateAfter([at('INTENT_SUCCEEDED')], after).status).toBe('COMPLETED');
        },
      ),
      numRuns(),
    );
  });

  test('a payment that a bank is processing is not held by a receipt', () => {
    expect(isHeldByReceipt(stateAfter([at('INTENT_PROCESSING')]))).toBe(false);
    expect(isHeldByReceipt(stateAfter([at('INTENT_SUCCEEDED')]))).toBe(false);
    expect(isHeldByReceipt(held)).toBe(true);
  });
});

describe('refunds', () => {
  test('a refund that arrives before its capture waits', () => {
    for (const status of ['PENDING', 'PROCESSING', 'FAILED', 'CANCELLED'] as const) {
      expect(decide({ ...start, status }, at('REFUNDED_FULL')).kind).toBe('refuse');
    }
  });

  test('a refund that fails late takes the status back, wholly or partly', () => {
    const refunded = stateAfter([at('INTENT_SUCCEEDED'), at('REFUNDED_FULL', 20)]);
    expect(refunded.status).toBe('REFUNDED');
    expect(stateAfter([at('REFUNDED_PART', 30)], refunded).status).toBe('PARTIALLY_REFUNDED');
    expect(stateAfter([at('REFUND_UNDONE', 30)], refunded).status).toBe('COMPLETED');
  });

  test('a refund keeps the record of the capture', () => {
    const refunded = stateAfter([at('INTENT_SUCCEEDED', 10), at('REFUNDED_PART', 20)]);
    expect(refunded).toEqual({
      status: 'PARTIALLY_REFUNDED',
      factAtSec: 10,
      factRank: FACT_RANK.INTENT_SUCCEEDED,
    });
  });

  test.each([
    [100, 0, 'COMPLETED'],
    [100, 1, 'PARTIALLY_REFUNDED'],
    [100, 99, 'PARTIALLY_REFUNDED'],
    [100, 100, 'REFUNDED'],
    [100, 101, 'REFUNDED'],
    [0, 0, 'COMPLETED'],
  ])('captured %d, refunded %d is %s', (capturedMinor, refundedMinor, status) => {
    expect(refundStatus({ capturedMinor, refundedMinor })).toBe(status);
  });
});
