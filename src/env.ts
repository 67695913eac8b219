import { existsSync } from 'node:fs';
import { generalProblems, MISSING_WEBHOOK_SECRET, productionProblems, rehearsalProblems } from '@/env.rules';
import { type Env, settingsFrom } from '@/env.settings';
import { type Problem, parseVariables } from '@/env.variables';

export type { Env } from '@/env.settings';

/** The configuration cannot be used; the message lists every problem, one a line. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((text) => `  ${text}`).join('\n')}`,
    );
  }
}

/** A configuration and what is wrong with it. */
export interface JudgedEnv {
  /** Null: not even the doctor can work with it. Without a webhook secret it can, to make the endpoint that has one. */
  settings: Env | null;
  /** A line each: variable, why, and what to set. No node starts with any. Secrets are never part of them. */
  problems: readonly string[];
}

/**
 * Reads the configuration from `source` (usually process.env) and judges it as a whole.
 * @throws EnvError naming every variable that is wrong.
 */
export function loadEnv(source: NodeJS.ProcessEnv): Env {
  const { settings, problems } = judgeEnv(source);
  if (settings === null || problems.length > 0) throw new EnvError(problems);
  return settings;
}

/** The same judgement without an error. */
export function judgeEnv(source: NodeJS.ProcessEnv): JudgedEnv {
  const { values, problems } = parseVariables(source);
  const mode = values.APP_ENV ?? values.NODE_ENV;
  const ofMode = mode === 'production' ? productionProblems(values) : rehearsalProblems(values);
  const rules = [...generalProblems(values), ...ofMode];
  const known = new Set(problems.map((problem) => problem.variable));
  const all: Problem[] = [...problems, ...rules.filter((problem) => !known.has(problem.variable))];
  const isUsable = all.every((problem) => problem === MISSING_WEBHOOK_SECRET);
  return {
    settings: isUsable ? settingsFrom(values, mode) : null,
    problems: all.map((problem) => `${problem.variable} ${problem.text}`),
  };
}

let cached: Env | undefined;

/**
 * The configuration of this process, read on first use. A file `.env` in the working directory fills what the
 * environment leaves open; tests ignore it, as Next.js does, so that they mean the same everywhere.
 * @throws EnvError (see loadEnv).
 */
export function env(): Env {
  cached ??= loadEnv(withFile());
  return cached;
}

/** The configuration of this process for the doctor, who tells its problems. */
export const judgedEnv = (): JudgedEnv => judgeEnv(withFile());

function withFile(): NodeJS.ProcessEnv {
  const mode = process.env.APP_ENV || process.env.NODE_ENV;
  if (mode !== 'test' && existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Every secret of the configuration, for the logger to cut out of what it writes. */
export function secretValues(env: Env): string[] {
  const { database, redis, mail, tracesEndpoint } = env;
  const urls = [database.url, database.replicaUrl, redis.url, mail.smtpUrl, tracesEndpoint].filter(
    (url) => url !== undefined,
  );
  const secrets = [
    env.stripe.secretKey,
    ...env.stripe.webhookSecrets,
    env.auth.jwtSecret,
    env.auth.previousJwtSecret,
    env.metricsToken,
    env.login.secret,
    env.login.oidc?.clientSecret,
  ];
  return [...secrets, ...urls.flatMap(passwordsOf)].filter((value): value is string => !!value);
}

/** The password of an address as written and as meant: both appear in driver messages. */
function passwordsOf(url: string): string[] {
  const { password } = new URL(url);
  try {
    return [...new Set([password, decodeURIComponent(password)])];
  } catch {
    return [password];
  }
}
