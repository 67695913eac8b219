import type { App } from './app';

// Next.js bundles route files into a module graph of their own: they share this process's app through globalThis.
const KEY = Symbol.for('tabsy.payments.app');
const registry = globalThis as typeof globalThis & { [KEY]?: Promise<App> | undefined };

/** Makes the app known to route files; null when it stops. */
export function publishApp(app: App | null): void {
  registry[KEY] = app === null ? undefined : Promise.resolve(app);
}

/** The app of this process. Under plain `next start` nobody has published one: the first request starts it. */
export function currentApp(): Promise<App> {
  const running = registry[KEY];
  if (running) return running;
  const starting = startOwn();
  registry[KEY] = starting;
  starting.catch(() => {
    // The next request tries again.
    registry[KEY] = undefined;
  });
  return starting;
}

/** A Next.js host brings no database and no simulator of its own: those are `npm start`'s. */
async function startOwn(): Promise<App> {
  const [{ env }, { createApp }] = await Promise.all([import('@/env'), import('./app')]);
  const settings = env();
  const { url } = settings.database;
  if (url === undefined || settings.simulator) {
    throw new Error('Under plain `next start` set DATABASE_URL and STRIPE_SECRET_KEY, or use `npm start`.');
  }
  const app = await createApp(settings, { databaseUrl: url, processMetrics: true, limitTrpc: true });
  app.setReady(true);
  return app;
}
