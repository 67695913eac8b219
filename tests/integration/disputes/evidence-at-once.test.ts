import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { finishEvidence } from '@/services/disputes/finish-evidence';
import { newKey, refusalOf, waitFor } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type RecoveryStage, startStage } from '../recovery/support';
import { disputedPayment, expectRest, staffOf } from './support';

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

const answer = (disputeId: string, text = 'She ate it all.') => ({
  disputeId,
  texts: { uncategorizedText: text },
  idempotencyKey: newKey(),
});

const submissionsOf = (disputeId: string) =>
  stage.app.simulator.control
    .requests()
    .filter(({ method, path }) => method === 'POST' && path === `/v1/disputes/${disputeId}`);

/** The janitor looks at everything that is unfinished, as if a minute had passed. */
async function repair() {
  await stage.app.database.pool.query(
    `UPDATE dispute_evidence SET created_at = created_at - interval '1 minute', checked_at = NULL WHERE state = 'SENDING'`,
  );
  await finishEvidence(stage.deps, { afterSec: 30 });
}

test('six who answer one bank at once: one answer is stored and sent, the others are told why', async () => {
  const { disputeId } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  const ends = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) =>
      staff.disputes.submitEvidence.mutate(answer(disputeId, `Answer ${n}`)).then(
        () => 'sent',
        (error) => error.data.appCode,
      ),
    ),
  );
  expect(ends.filter((end) => end === 'sent')).toHaveLength(1);
  for (const end of ends.filter((one) => one !== 'sent'))
    expect(['EVIDENCE_IN_PROGRESS', 'DISPUTE_NOT_ANSWERABLE']).toContain(end);
  expect(submissionsOf(disputeId)).toHaveLength(1);
  expect((await staff.disputes.get.query({ disputeId })).evidence).toMatchObject([{ state: 'SUBMITTED' }]);
  await expectRest(stage);
});

test('a double click, both under one key, is one answer', async () => {
  const { disputeId } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  const input = answer(disputeId);
  await Promise.all([1, 2, 3].map(() => staff.disputes.submitEvidence.mutate(input)));
  expect(submissionsOf(disputeId)).toHaveLength(1);
  expect((await staff.disputes.get.query({ disputeId })).evidence).toHaveLength(1);
  await expectRest(stage);
});

test('an answer that got lost before the deadline is found after it, and nobody may answer beside it', async () => {
  const { disputeId } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  const pathPattern = `/v1/disputes/${disputeId}`;
  stage.app.simulator.control.addFault({ method: 'POST', pathPattern, kind: 'lost_answer', times: 9 });
  await staff.disputes.submitEvidence.mutate(answer(disputeId));
  stage.app.simulator.control.clearFaults();
  await stage.app.database.pool.query(
    `UPDATE disputes SET evidence_due_at = now() - interval '1 second' WHERE id = $1`,
    [disputeId],
  );
  expect((await refusalOf(staff.disputes.submitEvidence.mutate(answer(disputeId)))).appCode).toBe(
    'DISPUTE_NOT_ANSWERABLE',
  );
  await waitFor('the janitor is done', async () => {
    await repair();
    return (await staff.disputes.get.query({ disputeId })).evidence[0]?.state === 'SUBMITTED';
  });
  const { evidence } = await staff.disputes.get.query({ disputeId });
  expect(evidence).toHaveLength(1);
  await stage.app.simulator.control.waitForDeliveries();
  await expectRest(stage);
});

test('janitors on several nodes at once send an answer that never left a single time', async () => {
  const { disputeId } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  const pathPattern = `/v1/disputes/${disputeId}`;
  stage.app.simulator.control.addFault({ method: 'POST', pathPattern, kind: 'reset', times: 9 });
  await staff.disputes.submitEvidence.mutate(answer(disputeId));
  stage.app.simulator.control.clearFaults();
  await waitFor('a janitor is done', async () => {
    await Promise.all([repair(), repair(), repair()]);
    return (await staff.disputes.get.query({ disputeId })).evidence[0]?.state === 'SUBMITTED';
  });
  const dispute = stage.app.simulator.control.state().disputes.find(({ id }) => id === disputeId);
  expect(dispute?.evidence_details.submission_count).toBe(1);
  await stage.app.simulator.control.waitForDeliveries();
  await expectRest(stage);
});

test.each([
  ['an executable', { contentType: 'application/x-msdownload' }],
  ['nothing', { sizeBytes: 0 }],
  ['more than the processor takes', { sizeBytes: 5_000_001 }],
  ['a part of a byte', { sizeBytes: 1.5 }],
  ['a kind that banks do not know', { kind: 'selfie' }],
  ['a name with a line end', { name: 'a\u0000.pdf' }],
  ['an address instead of an id', { fileId: 'file_../../v1/charges' }],
])('a file that says it is %s is refused before anything is stored', async (_what, wrong) => {
  const { disputeId } = await disputedPayment(stage);
  const staff = await staffOf(stage);
  const file = {
    kind: 'receipt',
    fileId: 'file_1TestReceipt',
    name: 'receipt.pdf',
    contentType: 'application/pdf',
    sizeBytes: 20_000,
    ...wrong,
  } as never;
  const input = { ...answer(disputeId), files: [file] };
  expect((await refusalOf(staff.disputes.submitEvidence.mutate(input))).appCode).toBe('INVALID_INPUT');
  expect((await staff.disputes.get.query({ disputeId })).evidence).toEqual([]);
  expect(submissionsOf(disputeId)).toEqual([]);
});
