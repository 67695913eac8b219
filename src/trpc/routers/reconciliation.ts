import * as bankLines from '@/services/bank-lines';
import { importBankInput, previewBankInput } from '@/services/bank-lines/schemas';
import * as reconciliation from '@/services/reconciliation';
import {
  assignInput,
  getDiscrepancyInput,
  getRunInput,
  linkInput,
  listDiscrepanciesInput,
  listItemsInput,
  listRunsInput,
  reasonedInput,
  resolveInput,
  startRunInput,
} from '@/services/reconciliation/schemas';
import { inputOf, procedure, router } from '../trpc';

const runsRouter = router({
  /** Runs, newest first. */
  list: procedure
    .meta({ action: 'reconciliation.read' })
    .input(inputOf(listRunsInput))
    .query(({ ctx, input }) => reconciliation.listRuns(ctx.service, input)),

  /** One run with its totals per way, currency and class. */
  get: procedure
    .meta({ action: 'reconciliation.read' })
    .input(inputOf(getRunInput))
    .query(({ ctx, input }) => reconciliation.getRun(ctx.service, input)),

  /** Everything of a run that did not match, page by page. */
  items: procedure
    .meta({ action: 'reconciliation.read' })
    .input(inputOf(listItemsInput))
    .query(({ ctx, input }) => reconciliation.listItems(ctx.service, input)),
});

const discrepanciesRouter = router({
  /** The work list, newest first. */
  list: procedure
    .meta({ action: 'reconciliation.read' })
    .input(inputOf(listDiscrepanciesInput))
    .query(({ ctx, input }) => reconciliation.listDiscrepancies(ctx.service, input)),

  /** One with its facts and everything that was done about it. */
  get: procedure
    .meta({ action: 'reconciliation.read' })
    .input(inputOf(getDiscrepancyInput))
    .query(({ ctx, input }) => reconciliation.getDiscrepancy(ctx.service, input)),

  /** Says who works on it. */
  assign: procedure
    .meta({ action: 'reconciliation.work' })
    .input(inputOf(assignInput))
    .mutation(({ ctx, input }) => reconciliation.assign(ctx.service, input)),

  note: procedure
    .meta({ action: 'reconciliation.work' })
    .input(inputOf(reasonedInput))
    .mutation(({ ctx, input }) => reconciliation.note(ctx.service, input)),

  /** Ties a bank line to its payout, or one case to another. */
  link: procedure
    .meta({ action: 'reconciliation.work' })
    .input(inputOf(linkInput))
    .mutation(({ ctx, input }) => reconciliation.link(ctx.service, input)),

  /** Leaves it as it is; it comes back when its facts change. */
  accept: procedure
    .meta({ action: 'reconciliation.work' })
    .input(inputOf(reasonedInput))
    .mutation(({ ctx, input }) => reconciliation.accept(ctx.service, input)),

  /** Corrects it through the verb made for it: a refund, a refresh, a replay; or says that it was put right elsewhere. */
  resolve: procedure
    .meta({ action: 'reconciliation.work' })
    .input(inputOf(resolveInput))
    .mutation(({ ctx, input }) => reconciliation.resolve(ctx.service, input)),

  reopen: procedure
    .meta({ action: 'reconciliation.work' })
    .input(inputOf(reasonedInput))
    .mutation(({ ctx, input }) => reconciliation.reopen(ctx.service, input)),
});

const bankRouter = router({
  /** What an import would keep, and which lines cannot be read; writes nothing. */
  preview: procedure
    .meta({ action: 'reconciliation.bank' })
    .input(inputOf(previewBankInput))
    .mutation(({ ctx, input }) => bankLines.previewBank(ctx.service, input)),

  /** Keeps a statement's lines, each once, and the mapping that read it. */
  import: procedure
    .meta({ action: 'reconciliation.bank' })
    .input(inputOf(importBankInput))
    .mutation(({ ctx, input }) => bankLines.importBank(ctx.service, input)),

  mappings: procedure
    .meta({ action: 'reconciliation.bank' })
    .query(({ ctx }) => bankLines.bankMappings(ctx.service)),
});

/** Orders, payments, ledger, processor, payouts, bank and cash against each other: for owners their own, for admins all. */
export const reconciliationRouter = router({
  /** Queues a run over business days; live event reconciliation:finished when it is done. */
  start: procedure
    .meta({ action: 'reconciliation.run' })
    .input(inputOf(startRunInput))
    .mutation(({ ctx, input }) => reconciliation.startRun(ctx.service, input)),

  runs: runsRouter,
  discrepancies: discrepanciesRouter,
  bank: bankRouter,
});
