import { afterAll, beforeAll, expect, test } from 'vitest';
import { cashAndRefund } from '@/cli/demo/chapters/cash-and-refund';
import { setStage } from '@/cli/demo/stage';
import { createStory } from '@/cli/demo/story';
import { startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

test('the demo’s chapter on cash holds in every step, from nothing and again on its own data', async () => {
  for (let run = 0; run < 2; run++) {
    const stage = await setStage(app.env, app.url);
    const story = createStory(() => false);
    await story.chapter(cashAndRefund.title, () => cashAndRefund.tell(stage, story));
    await stage.close();
    expect({ steps: story.steps, failed: story.failed }).toEqual({ steps: 6, failed: 0 });
  }
  await assertBooksBalance(app.database.pool);
});
