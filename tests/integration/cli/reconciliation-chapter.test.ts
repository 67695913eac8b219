import { afterAll, beforeAll, expect, test } from 'vitest';
import { reconciliation } from '@/cli/demo/chapters/reconciliation';
import { type Stage, setStage } from '@/cli/demo/stage';
import type { Story } from '@/cli/demo/story';
import { startTestApp, type TestApp } from '../../support/app';

let app: TestApp;
let stage: Stage;
beforeAll(async () => {
  app = await startTestApp({ worker: true });
  stage = await setStage(app.env, app.url);
});
afterAll(async () => {
  await stage?.close();
  await app?.stop();
});

test('the demo’s chapter finds exactly what it plants, and leaves nothing behind, however often it is told', async () => {
  const steps: string[] = [];
  const story = {
    step: async <T>(title: string, _call: string, act: () => Promise<{ answered: string; value: T }>) => {
      const { answered, value } = await act();
      steps.push(`${title}: ${answered}`);
      return value;
    },
  } as unknown as Story;
  for (let again = 0; again < 2; again++) await reconciliation.tell(stage, story);
  expect(steps).toHaveLength(12);
  const { rows } = await app.database.pool.query(
    `SELECT 1 FROM processor_transactions WHERE id LIKE 'txn_planted%' UNION ALL SELECT 1 FROM discrepancies WHERE state = 'OPEN'`,
  );
  expect(rows).toEqual([]);
}, 90_000);
