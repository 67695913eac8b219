'use client';

import Link from 'next/link';
import { Badge } from '@/ui/kit/badge';
import { Facts } from '@/ui/kit/facts';
import { PageHeader, Panel, Stat } from '@/ui/kit/panel';
import { PlainTable } from '@/ui/kit/plain-table';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { count, dateTime, duration, time } from '../format';
import { useAdminHref } from '../use-admin-href';
import { useViewer } from '../viewer';
import { LATE_MS, problemsOf, type SystemStatus } from './problems';

const REFRESH_MS = 10_000;

/** How the service itself stands: versions, jobs, queues, connections and the processor. Asked anew while it is looked at. */
export function SystemPage() {
  const { role } = useViewer();
  const status = api.system.status.useQuery(undefined, {
    enabled: role === 'admin',
    refetchInterval: REFRESH_MS,
  });
  return (
    <>
      <PageHeader title="System">
        {status.data
          ? `Read at ${time(status.data.at, 'UTC')} UTC, every ${REFRESH_MS / 1000} seconds.`
          : 'Times are UTC.'}
      </PageHeader>
      {role !== 'admin' ? (
        <EmptyState title="For platform staff">Restaurants do not need this page.</EmptyState>
      ) : status.isPending ? (
        <SkeletonRows rows={8} />
      ) : status.data ? (
        // A read that fails later leaves the last figures on the page, with the problem above them.
        <>
          {status.isError && (
            <p role="alert" className="mb-4 rounded-lg bg-bad-surface p-3 text-sm text-bad">
              These figures are old: {status.error.message}
            </p>
          )}
          <Status status={status.data} />
        </>
      ) : (
        <ErrorState error={status.error} retry={() => void status.refetch()} />
      )}
    </>
  );
}

function Status({ status }: { status: SystemStatus }) {
  const { inbox, outbox, processor, database, jobs } = status;
  const problems = problemsOf(status);
  const href = useAdminHref();
  const at = (iso: string) => dateTime(iso, 'UTC');
  const connections = database.connections.reduce((sum, { total }) => sum + total, 0);
  return (
    <div className="grid grid-cols-1 gap-4">
      {problems.length === 0 ? (
        <p className="rounded-lg bg-good-surface p-3 text-sm text-good">Everything works.</p>
      ) : (
        <ul aria-label="Problems" className="grid gap-2">
          {problems.map((problem) => (
            <li key={problem} className="rounded-lg bg-bad-surface p-3 text-sm text-bad">
              {problem}
            </li>
          ))}
        </ul>
      )}
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
        <Stat
          label={processor.isSimulator ? 'Stripe simulator' : 'Stripe'}
          value={processor.isReachable ? `${processor.latencyMs} ms` : 'Away'}
          hint="to answer a call just now"
        />
        <Stat
          label="Webhook inbox"
          value={count(inbox.received + inbox.retry + inbox.waiting)}
          hint={`not applied, ${inbox.overdueMs === 0 ? 'none overdue' : `overdue by ${duration(inbox.overdueMs)}`}`}
        />
        <Stat
          label="Dead letters"
          value={count(inbox.dead)}
          hint={
            inbox.dead === 0 ? (
              'nothing to replay'
            ) : (
              <Link href={href('/admin/webhooks', { state: 'DEAD' })}>Look at them</Link>
            )
          }
        />
        <Stat
          label="Live events held"
          value={count(outbox.held)}
          hint={outbox.held === 0 ? 'no lag' : `for ${duration(outbox.heldMs)}`}
        />
      </div>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2 lg:items-start">
        <Panel title="This process">
          <Facts
            rows={[
              ['Version', status.process.version],
              ['Node.js', status.process.nodeVersion],
              ['Started', `${at(status.process.startedAt)} UTC`],
              ['Memory', megabytes(status.process.heapUsedBytes)],
            ]}
          />
        </Panel>
        <Panel title="Inbox and live events">
          <Facts
            rows={[
              ['Received', count(inbox.received)],
              ['Tried again', count(inbox.retry)],
              ['Waiting for a record', count(inbox.waiting)],
              ['Gave up', count(inbox.dead)],
              ['Last live event', outbox.lastAt === null ? '–' : `${at(outbox.lastAt)} UTC`],
            ]}
          />
        </Panel>
        <Panel title="Database">
          <div className="grid grid-cols-1 gap-4">
            <Facts
              rows={[
                ['PostgreSQL', database.version],
                ['Size', megabytes(database.sizeBytes)],
                ['Connections', `${connections} of ${database.maxConnections}`],
              ]}
            />
            <PlainTable
              label="Connections"
              rows={database.connections}
              rowKey={(row) => row.program}
              columns={[
                { id: 'program', header: 'Program', isWhole: true, cell: (row) => row.program },
                { id: 'total', header: 'Open', isNumber: true, cell: (row) => row.total },
                { id: 'active', header: 'Active', isNumber: true, cell: (row) => row.active },
                {
                  id: 'transaction',
                  header: 'Idle in transaction',
                  isNumber: true,
                  cell: (row) => row.inTransaction,
                },
              ]}
            />
          </div>
        </Panel>
        <Panel title="Migrations">
          <PlainTable
            label="Applied migrations"
            rows={database.migrations}
            rowKey={(row) => row.name}
            columns={[
              {
                id: 'name',
                header: 'Name',
                cell: (row) => <span className="font-mono text-xs">{row.name}</span>,
              },
              { id: 'at', header: 'Applied (UTC)', isWhole: true, cell: (row) => at(row.appliedAt) },
            ]}
          />
        </Panel>
        <Panel title="Jobs" className="lg:col-span-2">
          {jobs === null || jobs.length === 0 ? (
            <p className="text-sm text-muted">
              There are no jobs. Start a worker with this service, or `npm run worker`.
            </p>
          ) : (
            <PlainTable
              label="Jobs"
              rows={jobs}
              rowKey={(job) => `${job.task} ${job.runAt}`}
              columns={[
                { id: 'task', header: 'Job', isWhole: true, cell: (job) => job.task },
                { id: 'state', header: 'State', cell: (job) => <JobState job={job} /> },
                {
                  id: 'next',
                  header: 'Next run (UTC)',
                  isWhole: true,
                  cell: (job) => time(job.runAt, 'UTC'),
                },
                { id: 'attempts', header: 'Attempts', isNumber: true, cell: (job) => job.attempts },
                { id: 'error', header: 'Last error', cell: (job) => job.lastError ?? '–' },
              ]}
            />
          )}
        </Panel>
      </div>
    </div>
  );
}

function JobState({ job }: { job: NonNullable<SystemStatus['jobs']>[number] }) {
  if (job.isRunning) return <Badge tone="accent">Running</Badge>;
  if (job.lateMs > LATE_MS) return <Badge tone="bad">Late by {duration(job.lateMs)}</Badge>;
  return <Badge>Planned</Badge>;
}

function megabytes(bytes: number): string {
  return `${count(Math.round(bytes / 1_000_000))} MB`;
}
