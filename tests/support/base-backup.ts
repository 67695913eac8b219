import { execFile } from 'node:child_process';
import { chown, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);

/**
 * Copies a running cluster so that a new server can start on the copy: what pg_basebackup does, which the embedded package
 * does not ship (PostgreSQL manual, "Making a Base Backup Using the Low Level API"). Writers go on meanwhile.
 */
export async function takeBaseBackup(url: string, cluster: string, target: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('drill', true)`);
    await mkdir(path.dirname(target), { recursive: true });
    await copy(cluster, target);
    const { rows } = await client.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
    );
    // The log up to the end of the backup; what was copied of it above is torn.
    await rm(path.join(target, 'pg_wal'), { recursive: true });
    await copy(path.join(cluster, 'pg_wal'), path.join(target, 'pg_wal'));
    await rm(path.join(target, 'postmaster.pid'), { force: true });
    const label = path.join(target, 'backup_label');
    await writeFile(label, rows[0]?.labelfile ?? '', { mode: 0o600 });
    const { uid, gid } = await stat(cluster);
    await chown(label, uid, gid);
  } finally {
    await client.end();
  }
}

/** With owners and modes. Files that come and go meanwhile do not matter: the log has them. */
async function copy(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]).catch((error: { stderr?: string }) => {
    const lines = (error.stderr ?? '').trim().split('\n');
    if (!lines.every((line) => line.includes('No such file'))) throw error;
  });
}
