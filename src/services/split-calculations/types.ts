import type { SplitType } from '@/domain/split-calculation';
import type { ServiceContext } from '../context';

/** How those calculations divide now, by id; for a caller who was authorised for payments that are shares of them. */
export async function readSplitTypes(
  ctx: ServiceContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SplitType>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.prisma.splitCalculation.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, type: true },
  });
  return new Map(rows.map(({ id, type }) => [id, type as SplitType]));
}
