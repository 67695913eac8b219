import type { TestApp } from '../../support/app';

/** What went wrong unseen by callers: an error that nobody caught, which ends a process, and errors in the log. */
export function watchFaults(app: TestApp): { since(): string[]; stop(): void } {
  const uncaught: string[] = [];
  const note = (error: unknown) => void uncaught.push(error instanceof Error ? `${error.stack}` : `${error}`);
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  let seen = 0;
  return {
    /** Since it was asked last. */
    since() {
      const errors = app.logLines.slice(seen).filter((line) => line.startsWith('{"level":50'));
      seen = app.logLines.length;
      return [...uncaught.splice(0), ...errors];
    },
    stop() {
      process.off('uncaughtException', note);
      process.off('unhandledRejection', note);
    },
  };
}
