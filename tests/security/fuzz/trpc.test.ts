import fc from 'fast-check';
import superjson from 'superjson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { ERROR_CODES } from '@/services/errors';
import { appRouter } from '@/trpc/routers';
import { startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { inputsOf } from './inputs';
import { each, HANG_MS, INPUTS_EACH, leakIn, SEED, shown } from './run';
import { type FuzzWorld, NO_LIMITS, worldsOf } from './world';

interface Procedure {
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  schema: z.ZodType | null;
}

const PROCEDURES = proceduresOf(appRouter._def.procedures).filter(({ type }) => type !== 'subscription');

let app: TestApp;
let worldFor: ReturnType<typeof worldsOf>;
let world: FuzzWorld;
beforeAll(async () => {
  app = await startTestApp({ env: NO_LIMITS });
  worldFor = worldsOf(app);
  world = await worldFor(0);
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

it.each(PROCEDURES)('$path answers anything with a result or a stable code', async (procedure) => {
  world = await worldFor(INPUTS_EACH);
  const caller = fc.constantFrom(...callersOf(procedure.path));
  const asked = fc.sample(fc.tuple(caller, inputsOf(procedure.schema, world.known)), {
    numRuns: INPUTS_EACH,
    seed: SEED,
  });
  const problems: string[] = [];
  await each(asked, async ([who, input]) => {
    const problem = await ask(procedure, world.callers[who], input).catch((error: unknown) => String(error));
    if (problem !== null) problems.push(`${who} ${encode(input).slice(0, 600)} -> ${problem}`);
  });
  expect(problems).toEqual([]);
});

type Caller = keyof FuzzWorld['callers'];

/** Mostly those who are let in: refusing strangers is the matrix's business. */
function callersOf(path: string): Caller[] {
  if (path.startsWith('platform.')) return ['service', 'service', 'service', 'admin'];
  if (/^paymentMethods|SavedCard$/.test(path)) return ['customer', 'customer', 'customer', 'payer'];
  if (/^(tableSessions|splitCalculations|splits)\./.test(path))
    return ['payer', 'mate', 'staff', 'customer', 'admin'];
  return ['admin', 'admin', 'owner', 'staff', 'payer', 'customer', 'service', 'nobody'];
}

/** What is wrong with the answer; null: nothing. */
async function ask({ path, type }: Procedure, credentials: object, input: unknown): Promise<string | null> {
  const body = encode(input);
  const isQuery = type === 'query';
  const address = `${app.url}/api/trpc/${path}`;
  const query = isQuery ? `?input=${encodeURIComponent(body)}` : '';
  if (query.length > 12_000) return null; // Node.js refuses such an address before anybody is asked
  const response = await fetch(address + query, {
    method: isQuery ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...credentials },
    ...(isQuery ? {} : { body }),
    signal: AbortSignal.timeout(HANG_MS),
  });
  const answer = (await response.json()) as Answer;
  if (response.status === 200) return answer.result ? null : 'a 200 without a result';
  const problem = refusalProblem(response.status, answer);
  return problem === null ? null : `${response.status}: ${problem}`;
}

/** As the typed client writes it; superjson itself refuses names such as `__proto__`, which a caller may send all the same. */
function encode(input: unknown): string {
  try {
    return JSON.stringify(superjson.serialize(input));
  } catch {
    return JSON.stringify({ json: input }, (_name, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  }
}

interface Answer {
  result?: unknown;
  error?: {
    json?: {
      message?: unknown;
      data?: { appCode?: string; code?: unknown; httpStatus?: unknown; requestId?: unknown };
    };
  };
}

function refusalProblem(status: number, { error }: Answer): string | null {
  const data = error?.json?.data;
  if (!data) return `not a refusal: ${shown(error)}`;
  if (status >= 500) return `${data.appCode} ${shown(error?.json?.message)} (request ${data.requestId})`;
  if (data.httpStatus !== status) return `says ${data.httpStatus}`;
  if (typeof data.requestId !== 'string') return 'has no request id';
  if (!data.appCode || !(data.appCode in ERROR_CODES) || data.appCode === 'NOT_VISIBLE')
    return `unknown code ${data.appCode}`;
  return leakIn(error?.json?.message);
}

function proceduresOf(node: object, prefix = ''): Procedure[] {
  return Object.entries(node).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    if (typeof value !== 'function') return proceduresOf(value, `${path}.`);
    const [parser] = value._def.inputs;
    return [{ path, type: value._def.type, schema: parser?.schema ?? null }];
  });
}
