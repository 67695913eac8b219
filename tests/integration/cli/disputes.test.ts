import { afterAll, beforeAll, expect, test } from 'vitest';
import { disputes } from '@/cli/demo/chapters/disputes';
import { setStage } from '@/cli/demo/stage';
import { createStory } from '@/cli/demo/story';
import { startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

test('the demo’s chapter on disputes holds in every step, from nothing and again on its own data', async () => {
  for (let run = 0; run < 2; run++) {
    const stage = await setStage(app.env, app.url);
    const story = createStory(() => false);
    await story.chapter(disputes.title, () => disputes.tell(stage, story));
    await stage.close();
    expect({ steps: story.steps, failed: story.failed }).toEqual({ steps: 7, failed: 0 });
  }
  await assertBooksBalance(app.database.pool);
});
