import { readPayloadsOf, replacePayloads } from '@/db/sql/privacy';
import { redactPersonal } from '@/domain/redact';
import type { Deps } from '../context';

const PAGE = 100;

/** Takes the person out of what the processor told about these objects, page by page. What is stored can still be replayed. */
export async function redactPayloads(db: Deps['db'], objectIds: readonly string[]): Promise<void> {
  let after = '';
  for (;;) {
    const page = await db.query<{ eventId: string; payload: unknown }>(readPayloadsOf, [
      objectIds,
      after,
      PAGE,
    ]);
    const changed = page
      .map(({ eventId, payload }) => ({ eventId, payload, redacted: redactPersonal(payload) }))
      .filter(({ payload, redacted }) => JSON.stringify(payload) !== JSON.stringify(redacted));
    if (changed.length > 0)
      await db.query(replacePayloads, [
        changed.map(({ eventId }) => eventId),
        changed.map(({ redacted }) => JSON.stringify(redacted)),
      ]);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.eventId;
  }
}
