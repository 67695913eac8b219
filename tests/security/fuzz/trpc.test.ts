import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appRouter } from '@/trpc/routers';
import { startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { brokenSuperjson } from './hostile';
import { inputsOf } from './inputs';
import { each, HANG_MS, INPUTS_EACH, SEED } from './run';
import { type Answer, encode, type Procedure, proceduresOf, refusalProblem } from './trpc-wire';
import { type FuzzWorld, NO_LIMITS, worldsOf } from './world';

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
  const inputs = inputsOf(procedure.schema, world.known).filter((input) => fits(procedure, input));
  const asked = fc.sample(fc.tuple(caller, inputs), {
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

it('what is no input of superjson is refused with a stable code, alone and in batches', async () => {
  const bodies = fc.oneof(
    brokenSuperjson,
    fc.dictionary(fc.constantFrom('0', '1', '7', '__proto__', 'length'), brokenSuperjson),
  );
  const addresses = fc.constantFrom('payments.create', 'payments.create,refunds.create?batch=1');
  const sent = fc.sample(fc.tuple(addresses, bodies), { numRuns: INPUTS_EACH, seed: SEED });
  const problems: string[] = [];
  await each(sent, async ([address, body]) => {
    const response = await fetch(`${app.url}/api/trpc/${address}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...world.callers.admin },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(HANG_MS),
    });
    for (const answer of [(await response.json()) as Answer | Answer[]].flat()) {
      const problem = refusalProblem(Number(answer.error?.json?.data?.httpStatus), answer);
      if (problem !== null) problems.push(`${address} ${JSON.stringify(body)?.slice(0, 600)} -> ${problem}`);
    }
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

/** Node.js refuses a longer address before anybody is asked: another input is drawn. */
const LONGEST_QUERY = 12_000;
const fits = ({ type }: Procedure, input: unknown) =>
  type !== 'query' || queryOf(encode(input)).length <= LONGEST_QUERY;
const queryOf = (body: string) => `?input=${encodeURIComponent(body)}`;

/** What is wrong with the answer; null: nothing. */
async function ask({ path, type }: Procedure, credentials: object, input: unknown): Promise<string | null> {
  const body = encode(input);
  const isQuery = type === 'query';
  const address = `${app.url}/api/trpc/${path}`;
  const query = isQuery ? queryOf(body) : '';
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
