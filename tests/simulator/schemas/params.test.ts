import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '@/stripe/simulator';
import { hashesOf, OPERATIONS } from './checker';

/** Hashes that the simulator takes and ignores, whatever is in them. */
const IGNORED = [
  'amount_details[line_items][0]',
  'amount_details[shipping]',
  'amount_details[tax]',
  'card[networks]',
  'evidence[appeal]',
  'evidence[enhanced_evidence]',
  'hooks',
  'invoice_settings[custom_fields][0]',
  'invoice_settings[rendering_options]',
  'mandate_data',
  'payment_details',
  'payment_method_options',
  'radar_options',
  'tax',
  'tax_id_data[0]',
];
const isIgnored = (path: string) => IGNORED.some((one) => path === one || path.startsWith(`${one}[`));

/** What Stripe.js adds to a browser's requests and a server may not send. */
const BROWSER_ONLY = [
  'client_secret',
  'guid',
  'key',
  'muid',
  'payment_user_agent',
  'referrer',
  'sid',
  'time_on_page',
];

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ production: false });
});
afterAll(() => simulator.close());

/** Calls an operation on an object that does not exist: parameters are checked before it is looked for. */
async function refusalOf(operation: string, names: readonly string[]) {
  const [method = '', path = ''] = operation.split(' ');
  const form = names.map((name) => `${encodeURIComponent(name)}=x`).join('&');
  const inBody = method === 'POST';
  const answer = await fetch(
    `${simulator.url}${path.replace(/:\w+/g, 'missing')}${inBody ? '' : `?${form}`}`,
    {
      method,
      headers: { authorization: 'Bearer sk_test_params' },
      ...(inBody ? { body: form } : {}),
    },
  );
  const body = (await answer.json()) as { error?: { code?: string; message: string; param?: string } };
  return { status: answer.status, ...body.error };
}

/** The parameters that an answer calls unknown, in the order of the message. */
const unknownOf = (message = '') => message.replace(/^Received unknown parameters?: /, '').split(', ');

const inside = (path: string, name: string) => (path === '' ? name : `${path}[${name}]`);
const everyName = [
  ...new Set([...OPERATIONS.flatMap((one) => [...hashesOf(one).values()].flat()), ...BROWSER_ONLY]),
];

describe('a parameter that the SDK’s type does not have is refused', () => {
  test.each(OPERATIONS)('%s: every name that other parameters have', async (operation) => {
    for (const [path, known] of hashesOf(operation)) {
      if (isIgnored(path)) continue;
      const foreign = everyName.filter((name) => !known.includes(name)).map((name) => inside(path, name));
      const refusal = await refusalOf(operation, foreign);
      expect(refusal).toMatchObject({ status: 400, code: 'parameter_unknown' });
      // A hash that the simulator does not support at all is refused by its own name.
      const unsupported = path.split('[')[0] ?? '';
      const named = unknownOf(refusal.message);
      if (path === '' || !named.includes(unsupported)) expect(named).toEqual(foreign);
    }
  });

  test('any other name too, before anything is executed', async () => {
    const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,39}$/).filter((one) => !everyName.includes(one));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...OPERATIONS), name, async (operation, unknown) => {
        const refusal = await refusalOf(operation, [unknown]);
        expect(refusal).toMatchObject({ status: 400, code: 'parameter_unknown', param: unknown });
      }),
      {
        numRuns: 300,
        examples: ['__proto__', 'constructor', 'toString'].map((one) => ['POST /v1/refunds', one]),
      },
    );
    expect(simulator.control.state().refunds).toEqual([]);
  });

  test('and only such: without any, no operation speaks of an unknown parameter', async () => {
    for (const operation of OPERATIONS) {
      expect((await refusalOf(operation, [])).code).not.toBe('parameter_unknown');
    }
  });

  test.each(IGNORED)('the exception of %s still is one', async (path) => {
    const operation = OPERATIONS.find((one) => hashesOf(one).has(path)) ?? '';
    expect((await refusalOf(operation, [inside(path, 'unknown')])).code).not.toBe('parameter_unknown');
  });
});
