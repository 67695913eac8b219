import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import { redactForDisplay } from '@/domain/redact';
import type { WebhookEvent } from '@/generated/prisma/client';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import {
  type GetEventInput,
  getEventInput,
  type InboxEventDetailView,
  type InboxEventView,
  type ListInboxInput,
  listInboxInput,
} from './schemas';

/** Events of the inbox by state, newest first: what is dead, retried or waiting, and why. @throws ServiceError FORBIDDEN, CURSOR_INVALID */
export async function listInbox(ctx: ServiceContext, raw: ListInboxInput): Promise<Page<InboxEventView>> {
  authorize(ctx.actor, 'inbox.manage', {}, 'Inbox');
  const input = parseInput(listInboxInput, raw);
  const after =
    input.cursor === undefined ? null : decodeCursor(input.cursor, z.tuple([z.iso.datetime(), z.string()]));
  const rows = await ctx.prisma.webhookEvent.findMany({
    where: {
      state: { in: input.state },
      ...(after === null
        ? {}
        : {
            OR: [
              { receivedAt: { lt: new Date(after[0]) } },
              { receivedAt: new Date(after[0]), eventId: { lt: after[1] } },
            ],
          }),
    },
    orderBy: [{ receivedAt: 'desc' }, { eventId: 'desc' }],
    take: input.limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, input.limit, (last) => [
    last.receivedAt.toISOString(),
    last.eventId,
  ]);
  return {
    items: page.map(toView),
    nextCursor,
  };
}

/** One event with what Stripe sent, without persons and secrets. @throws ServiceError FORBIDDEN, NOT_VISIBLE */
export async function getInboxEvent(ctx: ServiceContext, raw: GetEventInput): Promise<InboxEventDetailView> {
  authorize(ctx.actor, 'inbox.manage', {}, 'Inbox');
  const { eventId } = parseInput(getEventInput, raw);
  const row = await ctx.prisma.webhookEvent.findUnique({
    where: { eventId },
    include: { webhookPayload: true },
  });
  if (row === null) throw notVisible('Event');
  const payload = redactForDisplay(row.webhookPayload?.payload ?? null) as Record<string, unknown> | null;
  return { ...toView(row), payload };
}

function toView(row: WebhookEvent): InboxEventView {
  return {
    eventId: row.eventId,
    type: row.type,
    objectId: row.objectId,
    state: row.state,
    source: row.source,
    attempts: row.attempts,
    waitingFor: row.waitingFor,
    outcome: row.outcome,
    lastError: row.lastError,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
