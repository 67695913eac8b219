import { execFileSync, spawnSync } from 'node:child_process';
import { EmbeddedPostgresError } from './errors';

/** The unprivileged user that runs the server when this process is root; PostgreSQL refuses root. */
export type Account = { uid: number; gid: number; name: string };

/** Environment of the database programs: nothing of ours, so no secret reaches another process. */
export const bareEnvironment: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC', NODE_ENV: 'production' };

/** Null for an ordinary user (and on Windows): the server then runs as that user. */
export function serverAccount(existingOwner: { uid: number; gid: number } | null): Account | null {
  if (process.getuid?.() !== 0) return null;
  if (existingOwner && existingOwner.uid !== 0) {
    return { ...existingOwner, name: userName(existingOwner.uid) };
  }
  return lookUp('postgres') ?? createPostgresUser() ?? lookUp('nobody') ?? refuse();
}

/** True when the account can enter the directory, every folder above it included. */
export function canEnter(directory: string, account: Account): boolean {
  const { uid, gid } = account;
  const script = 'cd "$1" && test -r .';
  return spawnSync('/bin/sh', ['-c', script, 'sh', directory], { uid, gid, cwd: '/' }).status === 0;
}

function lookUp(name: string): Account | null {
  try {
    const ask = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }).toString());
    return { uid: ask('-u'), gid: ask('-g'), name };
  } catch {
    return null;
  }
}

function createPostgresUser(): Account | null {
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  spawnSync('useradd', [...flags, 'postgres'], { stdio: 'ignore' });
  return lookUp('postgres');
}

function userName(uid: number): string {
  try {
    return execFileSync('id', ['-nu', String(uid)], { stdio: 'pipe' })
      .toString()
      .trim();
  } catch {
    return String(uid);
  }
}

function refuse(): never {
  throw new EmbeddedPostgresError(
    'NO_ACCOUNT',
    'PostgreSQL does not run as root and no user "postgres" could be created: run as an ordinary user, or set DATABASE_URL.',
  );
}
