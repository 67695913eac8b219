import { readInboxLag } from '@/db/sql/inbox-lag';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import type { InboxLagView } from './schemas';

type Row = Omit<InboxLagView['hours'][number], 'from'> & { from: Date };

/** How long events took to be applied, by hour, over the last day. For admins. @throws ServiceError FORBIDDEN */
export async function inboxLag(ctx: ServiceContext): Promise<InboxLagView> {
  authorize(ctx.actor, 'inbox.manage', {}, 'Inbox');
  const now = ctx.clock.now();
  const rows = await ctx.db.query<Row>(readInboxLag, [now]);
  return {
    hours: rows.map((row) => ({ ...row, from: row.from.toISOString() })),
    at: now.toISOString(),
  };
}
