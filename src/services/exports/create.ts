import { insertAudit } from '@/db/sql/audit';
import { countUnfinishedExports, insertExportJob, readExportJob } from '@/db/sql/exports';
import { actorLabel } from '../actor';
import { refuseStranger } from '../authorize';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId, newToken } from '../ids';
import { parseInput } from '../parse';
import { EXPORT_KINDS } from './registry';
import { type CreateExportInput, createExportInput, type ExportView } from './schemas';
import { type ExportJobRow, toExportView } from './view';

const MAX_UNFINISHED = 10;

/**
 * Has a file made in the background, for exports that take longer than anybody waits. Whoever may download it directly may ask
 * for it; the first page is read now, so that a refusal comes here and not later.
 * @throws ServiceError INVALID_INPUT, NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, RATE_LIMIT_EXCEEDED, IDEMPOTENCY_KEY_REUSED
 */
export async function createExport(ctx: ServiceContext, raw: CreateExportInput): Promise<ExportView> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'export.manage');
  const { idempotencyKey, ...input } = parseInput(createExportInput, raw);
  const { kind: name, format, filters } = input;
  const kind = EXPORT_KINDS[name];
  if (format === 'pdf' && !kind.isPrintable)
    throw new ServiceError('INVALID_INPUT', 'This export has no printable form: ask for csv.');
  const pages = await kind.table(ctx, filters);
  await pages.return(undefined);

  const operation = operationKey(ctx.actor, 'exports.create', idempotencyKey, input);
  const restaurantId = typeof filters.restaurantId === 'string' ? filters.restaurantId : null;
  return ctx.db.transaction(async (tx) => {
    // Admins may name any restaurant, even one that is not there.
    if (restaurantId !== null) await authorizedRestaurant(tx, ctx, 'export.manage', restaurantId);
    const { ids } = await once(tx, operation, async () => {
      const label = actorLabel(ctx.actor);
      const { count } = await tx.one<{ count: number }>(countUnfinishedExports, [label]);
      if (count >= MAX_UNFINISHED)
        throw new ServiceError('RATE_LIMIT_EXCEEDED', 'Wait until your other exports are finished.');
      const id = newId();
      const now = ctx.clock.now();
      await tx.query(insertExportJob, [
        id,
        restaurantId,
        name,
        format,
        JSON.stringify(filters),
        label,
        newToken(),
        now,
      ]);
      await tx.query(insertAudit, [
        newId(),
        label,
        'export.created',
        'export',
        id,
        restaurantId,
        JSON.stringify({ kind: name, format }),
        ctx.request.id,
      ]);
      return { exportId: id };
    });
    return toExportView(ctx, await tx.one<ExportJobRow>(readExportJob, [ids.exportId]));
  });
}
