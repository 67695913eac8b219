import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { finishEvidence } from '@/services/disputes/finish-evidence';
import { submitEvidence } from '@/services/disputes/submit-evidence';
import { systemContext } from '@/services/system-context';
import { newKey, refusalOf, waitFor } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type RecoveryStage, startStage } from '../recovery/support';
import { decide, disputedPayment, expectRest, staffOf, toldOf } from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  stage.clock.reset();
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

const FILE = {
  kind: 'receipt',
  fileId: 'file_1TestReceipt',
  name: 'receipt.pdf',
  contentType: 'application/pdf',
  sizeBytes: 20_000,
} as const;

const answer = (disputeId: string, text = 'She ate it all.') => ({
  disputeId,
  texts: { customerName: 'Ada', uncategorizedText: text },
  files: [FILE],
  idempotencyKey: newKey(),
});

const submissionsOf = (disputeId: string) =>
  stage.app.simulator.control
    .requests()
    .filter(({ method, path }) => method === 'POST' && path === `/v1/disputes/${disputeId}`);

const atStripe = (disputeId: string) =>
  stage.app.simulator.control.state().disputes.find(({ id }) => id === disputeId);

test('it can be answered until its time is over by the database’s clock, not by a node’s', async () => {
  const { disputeId } = await disputedPayment(stage);
  const { pool } = stage.app.database;
  const answerHere = () =>
    submitEvidence(
      { ...systemContext(stage.deps, 'test'), actor: { kind: 'admin', userId: 'admin-1' } },
      answer(disputeId),
    );
  const { rows } = await pool.query('SELECT evidence_due_at AS due FROM disputes WHERE id = $1', [disputeId]);
  await pool.query(`UPDATE disputes SET evidence_due_at = now() - interval '1 minute' WHERE id = $1`, [
    disputeId,
  ]);
  stage.clock.move(-24 * 3_600_000);
  await expect(answerHere()).rejects.toMatchObject({ code: 'DISPUTE_NOT_ANSWERABLE' });
  await pool.query('UPDATE disputes SET evidence_due_at = $2 WHERE id = $1', [disputeId, rows[0].due]);
  stage.clock.reset();
  stage.clock.move(60 * 24 * 3_600_000);
  expect(await answerHere()).toMatchObject({ status: 'under_review' });
});

test('texts and files reach the bank under their names, once, and the dispute is under review', async () => {
  const { disputeId, id } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  const input = answer(disputeId);
  const answered = await staff.disputes.submitEvidence.mutate(input);
  expect(answered).toMatchObject({
    status: 'under_review',
    submissionCount: 1,
    evidence: [{ state: 'SUBMITTED', texts: input.texts, files: [FILE], failureReason: null }],
  });
  expect(atStripe(disputeId)).toMatchObject({
    evidence: { customer_name: 'Ada', uncategorized_text: 'She ate it all.', receipt: FILE.fileId },
  });
  expect(await staff.disputes.submitEvidence.mutate(input)).toMatchObject({
    evidence: [{ state: 'SUBMITTED' }],
  });
  expect(submissionsOf(disputeId)).toHaveLength(1);
  await stage.app.simulator.control.waitForDeliveries();
  expect((await toldOf(stage, id)).filter((told) => told.endsWith('under_review'))).toHaveLength(1);
  expect((await refusalOf(staff.disputes.submitEvidence.mutate(answer(disputeId)))).appCode).toBe(
    'DISPUTE_NOT_ANSWERABLE',
  );
  await expectRest(stage);
});

test('what was written to the bank stands in no append-only row', async () => {
  const { disputeId } = await disputedPayment(stage);
  await (await staffOf(stage)).disputes.submitEvidence.mutate(answer(disputeId, 'Unspeakable words'));
  const { rows } = await stage.app.database.pool.query(
    `SELECT details::text AS text FROM payment_audit_log UNION ALL SELECT payload::text FROM outbox_events`,
  );
  expect(rows.filter(({ text }) => /Unspeakable|Ada/.test(text ?? ''))).toEqual([]);
});

test('evidence that wins at once is won here, whatever comes first, answer or events', async () => {
  const { disputeId } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  await staff.disputes.submitEvidence.mutate(answer(disputeId, 'winning_evidence'));
  await stage.app.simulator.control.waitForDeliveries();
  expect(await staff.disputes.get.query({ disputeId })).toMatchObject({
    status: 'won',
    funds: [{ withdrawnMinor: 2700, reinstatedMinor: 2700, feeMinor: 1500 }],
  });
  await expectRest(stage);
});

test.each([
  'hang_after_execution',
  'lost_answer',
  'hang',
  'reset',
  'server_error',
  'server_error_after_execution',
  'rate_limit',
] as const)(
  'an answer to the bank whose outcome is unknown (%s) is found or sent again by the janitor: submitted once',
  async (kind) => {
    const { disputeId } = await disputedPayment(stage);
    const staff = await staffOf(stage);
    stage.app.simulator.control.addFault({
      method: 'POST',
      pathPattern: `/v1/disputes/${disputeId}`,
      kind,
      times: 2,
    });
    const sent = await staff.disputes.submitEvidence.mutate(answer(disputeId));
    expect(sent.evidence).toMatchObject([{ state: 'SENDING' }]);
    stage.app.simulator.control.clearFaults();
    await stage.app.simulator.control.waitForDeliveries();
    // While it is under way nobody answers beside it, except where the bank has it already.
    expect((await refusalOf(staff.disputes.submitEvidence.mutate(answer(disputeId)))).code).toBe('CONFLICT');
    await waitFor('the janitor is done', async () => {
      await stage.app.database.pool.query(
        `UPDATE dispute_evidence SET created_at = created_at - interval '1 minute', checked_at = NULL`,
      );
      await finishEvidence(stage.deps, { afterSec: 30 });
      const { evidence } = await staff.disputes.get.query({ disputeId });
      return evidence[0]?.state === 'SUBMITTED' ? true : null;
    });
    expect(atStripe(disputeId)?.evidence_details.submission_count).toBe(1);
    await expectRest(stage);
  },
);

test('a dispute that the processor does not take evidence for is told so, and may be answered again', async () => {
  const { disputeId } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  // Decided at Stripe, and its events have not come: we still think that it is open.
  stage.app.simulator.control.holdWebhooks();
  stage.app.simulator.control.resolveDispute({ dispute: disputeId, outcome: 'lost' });
  const refusal = await refusalOf(staff.disputes.submitEvidence.mutate(answer(disputeId)));
  expect(refusal.appCode).toBe('PROCESSOR_REFUSED');
  expect((await staff.disputes.get.query({ disputeId })).evidence).toMatchObject([{ state: 'REFUSED' }]);
  stage.app.simulator.control.releaseWebhooks();
  await expectRest(stage);
});

test('evidence is refused once the bank has decided, and once the time is over', async () => {
  const staff = await staffOf(stage);
  const lost = await disputedPayment(stage);
  await decide(stage, lost.disputeId, 'lost');
  const late = await disputedPayment(stage);
  await stage.app.database.pool.query(
    `UPDATE disputes SET evidence_due_at = now() - interval '1 second' WHERE id = $1`,
    [late.disputeId],
  );
  for (const { disputeId } of [lost, late]) {
    const refusal = await refusalOf(staff.disputes.submitEvidence.mutate(answer(disputeId)));
    expect(refusal.appCode).toBe('DISPUTE_NOT_ANSWERABLE');
    expect(submissionsOf(disputeId)).toHaveLength(0);
  }
});

test('evidence of nothing, of a file that is no file of the processor, and of nobody’s dispute is refused', async () => {
  const { disputeId } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  const bad = [
    { ...answer(disputeId), texts: {}, files: [] },
    { ...answer(disputeId), files: [{ ...FILE, fileId: 'https://example.com/receipt.pdf' }] },
    { ...answer(disputeId), files: [FILE, FILE] },
    { ...answer(disputeId), texts: { customerName: '' } },
  ];
  for (const input of bad)
    expect((await refusalOf(staff.disputes.submitEvidence.mutate(input))).appCode).toBe('INVALID_INPUT');
  expect((await refusalOf(staff.disputes.submitEvidence.mutate(answer('dp_unknown')))).appCode).toBe(
    'NOT_FOUND',
  );
  const reused = answer(disputeId);
  await staff.disputes.submitEvidence.mutate(reused);
  const changed = { ...reused, texts: { customerName: 'Eve' } };
  expect((await refusalOf(staff.disputes.submitEvidence.mutate(changed))).appCode).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
});
