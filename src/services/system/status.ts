import {
  hasJobs,
  readConnections,
  readInboxLag,
  readJobs,
  readMigrations,
  readOutboxLag,
  readServer,
} from '@/db/sql/system-status';
import packageJson from '../../../package.json';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { askProcessor } from './ask-processor';
import type { SystemStatusView } from './schemas';

type Database = SystemStatusView['database'];
type Server = Pick<Database, 'version' | 'sizeBytes' | 'maxConnections'>;
type Job = {
  task: string;
  runAt: Date;
  lockedAt: Date | null;
  attempts: number;
  lastError: string | null;
  lateMs: number;
};

/** Versions, migrations, jobs, queues, connections and the processor, as they stand now. For admins. @throws ServiceError FORBIDDEN, UNAUTHENTICATED */
export async function systemStatus(ctx: ServiceContext): Promise<SystemStatusView> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'system.read');
  authorize(ctx.actor, 'system.read', {}, 'System');
  const now = ctx.clock.now();
  const [processor, stored] = await Promise.all([askProcessor(ctx), readStored(ctx)]);
  return {
    at: now.toISOString(),
    process: {
      version: packageJson.version,
      nodeVersion: process.version,
      startedAt: new Date(now.getTime() - process.uptime() * 1000).toISOString(),
      heapUsedBytes: process.memoryUsage().heapUsed,
    },
    ...stored,
    processor,
  };
}

/** One by one: a page that is looked at while connections are short must not take all of them. */
async function readStored(ctx: ServiceContext) {
  const database = await readDatabase(ctx);
  const jobs = await readJobList(ctx);
  const inbox = await ctx.db.one<SystemStatusView['inbox']>(readInboxLag, []);
  const outbox = await ctx.db.one<{ held: number; heldMs: number; lastAt: Date | null }>(readOutboxLag, []);
  return { database, jobs, inbox, outbox: { ...outbox, lastAt: outbox.lastAt?.toISOString() ?? null } };
}

async function readDatabase({ db }: ServiceContext): Promise<Database> {
  const server = await db.one<Server>(readServer, []);
  const connections = await db.query<Database['connections'][number]>(readConnections, []);
  const migrations = await db.query<{ name: string; appliedAt: Date }>(readMigrations, []);
  return {
    ...server,
    connections,
    migrations: migrations.map(({ name, appliedAt }) => ({ name, appliedAt: appliedAt.toISOString() })),
  };
}

async function readJobList({ db }: ServiceContext): Promise<SystemStatusView['jobs']> {
  const known = await db.one<{ hasJobs: boolean }>(hasJobs, []);
  if (!known.hasJobs) return null;
  const jobs = await db.query<Job>(readJobs, []);
  return jobs.map(({ runAt, lockedAt, ...job }) => ({
    ...job,
    runAt: runAt.toISOString(),
    isRunning: lockedAt !== null,
  }));
}
