import pino from 'pino';
import type { Logger } from '@/services/ports';
import { createRedactor } from './redact';

export interface LoggerOptions {
  /** pino's level, `silent` included. */
  level: string;
  /** Values that must never be written: secretValues(env). */
  secrets: readonly string[];
  /** Where lines go; standard output when absent. */
  destination?: { write(line: string): void };
}

/** One JSON object a line, redacted (observability/redact.ts). Times are ISO 8601. */
export function createLogger(options: LoggerOptions): Logger {
  const redactor = createRedactor(options.secrets);
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors arrive as plain redacted objects; pino's own serializer would not know them.
    serializers: { err: (error: unknown) => error },
  };
  const output = options.destination ? pino(settings, options.destination) : pino(settings);

  function write(level: 'debug' | 'info' | 'warn' | 'error') {
    return (fields: Record<string, unknown>, message: string) => {
      if (output.isLevelEnabled(level)) output[level](redactor.fields(fields), redactor.text(message));
    };
  }

  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
