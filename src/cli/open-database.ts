import { runningEmbeddedUrl, startEmbeddedPostgres } from '@/db/embedded';
import { checkServerVersion } from '@/db/server-version';
import type { Env } from '@/env';

export interface OpenedDatabase {
  /** Holds a password: never print it. */
  url: string;
  /** For people: which database this is. */
  label: string;
  /** Ends what was started for this command; a database that others run stays up. */
  close(): Promise<void>;
}

/**
 * The database that the service would use: DATABASE_URL, the running embedded one, or that one started for now.
 * @throws UnsupportedServerVersionError when that of DATABASE_URL is too old
 */
export async function openDatabase(env: Env): Promise<OpenedDatabase> {
  const leaveOpen = async () => undefined;
  if (env.database.url !== undefined) {
    await checkServerVersion(env.database.url);
    const { host, pathname } = new URL(env.database.url);
    return { url: env.database.url, label: `DATABASE_URL (${host}${pathname})`, close: leaveOpen };
  }
  const running = await runningEmbeddedUrl(env.dataDir);
  if (running !== null) {
    return { url: running, label: `the running embedded database of ${env.dataDir}`, close: leaveOpen };
  }
  const embedded = await startEmbeddedPostgres({
    dataDir: env.dataDir,
    log: (message) => console.error(message),
  });
  return {
    url: embedded.url,
    label: `the embedded database of ${env.dataDir}`,
    close: () => embedded.stop(),
  };
}
