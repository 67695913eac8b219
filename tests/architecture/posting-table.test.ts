import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as overpayment from '@/domain/ledger/overpayment';
import * as postings from '@/domain/ledger/postings';
import * as processor from '@/domain/ledger/processor-postings';

type PostingFunction = Extract<
  keyof typeof postings | keyof typeof overpayment | keyof typeof processor,
  `${string}Postings`
>;
type Fact = { by: PostingFunction; samples: readonly postings.Posting[][] };

const parts = { subtotalMinor: 1000, taxMinor: 80, tipMinor: 200 };
const refund = { ...parts, guestCreditMinor: 300 };
const dispute = { amountMinor: 500, feeMinor: 15 };
const exchange = processor.exchangePostings(5000, 3312);
const order = { ...parts, orderId: 'o', adjustmentMinor: 0 };
const [open, cancelled] = [
  { ...order, cancelled: false },
  { ...order, cancelled: true },
];
const cashIn = postings.drawerCashPostings({ amountMinor: 1 });

/** Every row of the table, with the function of the domain that posts it and samples that name all its accounts. */
const FACTS: Readonly<Record<string, Fact>> = {
  'Card captured': {
    by: 'cardCapturePostings',
    samples: [postings.cardCapturePostings({ ...parts, overCollectedMinor: 300 })],
  },
  'Cash received': {
    by: 'cashCapturePostings',
    samples: [postings.cashCapturePostings({ ...parts, overCollectedMinor: 300 })],
  },
  Refund: {
    by: 'refundPostings',
    samples: [
      postings.refundPostings({ method: 'CARD', ...refund }),
      postings.refundPostings({ method: 'CASH', ...refund }),
    ],
  },
  'Refund failed later': {
    by: 'refundFailedPostings',
    samples: [
      postings.refundFailedPostings({ method: 'CARD', ...refund }),
      postings.refundFailedPostings({ method: 'CASH', ...refund }),
    ],
  },
  'Processor fee': { by: 'feePostings', samples: [postings.feePostings({ feeMinor: 1 })] },
  'Processor fee given back': {
    by: 'feeReversedPostings',
    samples: [postings.feeReversedPostings({ feeMinor: 1 })],
  },
  'Dispute, funds withdrawn': {
    by: 'disputeWithdrawnPostings',
    samples: [postings.disputeWithdrawnPostings(dispute)],
  },
  'Dispute, funds reinstated': {
    by: 'disputeReinstatedPostings',
    samples: [postings.disputeReinstatedPostings(dispute)],
  },
  Payout: { by: 'payoutPostings', samples: [postings.payoutPostings({ amountMinor: 1 })] },
  'Payout failed': {
    by: 'payoutFailedPostings',
    samples: [postings.payoutFailedPostings({ amountMinor: 1 })],
  },
  'Order reduced after payment': {
    by: 'overpaymentPostings',
    samples: [overpayment.overpaymentPostings({ before: open, after: cancelled, keptMinor: 1280 })],
  },
  'Order grown again': {
    by: 'overpaymentPostings',
    samples: [overpayment.overpaymentPostings({ before: cancelled, after: open, keptMinor: 1280 })],
  },
  'Drawer opened, cash put in': { by: 'drawerCashPostings', samples: [cashIn] },
  'Cash taken out': { by: 'drawerCashPostings', samples: [postings.drawerCashPostings({ amountMinor: -1 })] },
  'Drawer closed': {
    by: 'drawerClosedPostings',
    samples: [
      postings.drawerClosedPostings({ expectedMinor: 100, countedMinor: 90 }),
      postings.drawerClosedPostings({ expectedMinor: 90, countedMinor: 100 }),
    ],
  },
  'Receipt without a payment': {
    by: 'unmatchedReceiptPostings',
    samples: [postings.unmatchedReceiptPostings({ amountMinor: 1 })],
  },
  'Money out without a payment': {
    by: 'movementPostings',
    samples: [processor.movementPostings({ kind: 'OTHER', grossMinor: -1, feeMinor: 0 }, false)],
  },
  'Receipt given back or taken': {
    by: 'unmatchedMovementPostings',
    samples: [processor.unmatchedMovementPostings(-1)],
  },
  'Receipt’s refund failed': {
    by: 'unmatchedMovementPostings',
    samples: [processor.unmatchedMovementPostings(1)],
  },
  'Settled in another currency': { by: 'exchangePostings', samples: [exchange.presented, exchange.settled] },
};

/** The rows of the table: a fact with the accounts that it debits and credits. */
function tableOfDocument(): { fact: string; debits: string[]; credits: string[] }[] {
  const text = readFileSync('ARCHITECTURE.md', 'utf8');
  const section = text.slice(text.indexOf('## What is posted'));
  const rows = section.slice(0, section.indexOf('\n## ')).matchAll(/^\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm);
  const accounts = (cell: string) => (cell.match(/[A-Z]+(?:_[A-Z]+)*(?![a-z])/g) ?? []).sort();
  return [...rows]
    .map(([, fact = '', debits = '', credits = '']) => ({
      fact,
      debits: accounts(debits),
      credits: accounts(credits),
    }))
    .filter(({ fact }) => fact !== 'Fact' && !fact.startsWith('-'));
}

describe('the posting table of ARCHITECTURE.md', () => {
  const table = tableOfDocument();

  test('has a row for each fact that the domain posts, and no other', () => {
    expect(table.map((row) => row.fact).sort()).toEqual(Object.keys(FACTS).sort());
    const functions = [postings, overpayment, processor]
      .flatMap((module) => Object.keys(module))
      .filter((name) => name.endsWith('Postings'));
    expect([...new Set(Object.values(FACTS).map((fact) => fact.by))].sort()).toEqual(functions.sort());
  });

  test.each(table)(
    '$fact debits and credits the accounts that the code does',
    ({ fact, debits, credits }) => {
      const lines = FACTS[fact]?.samples.flat() ?? [];
      const accounts = (sign: number) =>
        [
          ...new Set(
            lines.filter((line) => Math.sign(line.amountMinor) === sign).map((line) => line.account),
          ),
        ].sort();
      expect({ debits, credits }).toEqual({ debits: accounts(1), credits: accounts(-1) });
    },
  );
});
