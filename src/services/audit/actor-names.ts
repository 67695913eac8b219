import type { ServiceContext } from '../context';

/**
 * How the people behind actors of the audit (`user:<id>`, `login:<id>`) are called now, by actor. Read when it is shown:
 * the audit itself holds no names (decision 23), and whoever was erased has none here.
 */
export async function actorNames(
  ctx: Pick<ServiceContext, 'prisma'>,
  actors: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const idOf = (actor: string) => /^(?:user|login):(.+)$/.exec(actor)?.[1];
  const ids = [...new Set(actors.map(idOf).filter((id) => id !== undefined))];
  if (ids.length === 0) return new Map();
  // An admin without an account at the platform acts under the id of their login.
  const [users, logins] = await Promise.all([
    ctx.prisma.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } }),
    ctx.prisma.loginPerson.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } }),
  ]);
  const byId = new Map([...logins, ...users].flatMap(({ id, name }) => (name ? [[id, name] as const] : [])));
  return new Map(
    actors.flatMap((actor) => {
      const name = byId.get(idOf(actor) ?? '');
      return name === undefined ? [] : [[actor, name] as const];
    }),
  );
}
