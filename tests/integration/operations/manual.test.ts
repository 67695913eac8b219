import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newKey, seedOrder, seedRestaurant, startTestApp, type TestApp } from '../../support/app';

/** What docs/operations.md tells people to type, typed. */
const manual = await readFile('docs/operations.md', 'utf8');
const blocks = (language: string) =>
  [...manual.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text ?? '',
  );
const hasCurl = spawnSync('curl', ['--version']).status === 0;

let app: TestApp;
let paymentId: string;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const customer = await app.asCustomer('customer-of-the-manual');
  const orderId = await seedOrder(service, at, { customerId: 'customer-of-the-manual' });
  const payment = await customer.payments.create.mutate({ orderId, tipMinor: 0, idempotencyKey: newKey() });
  paymentId = payment.id;
});
afterAll(() => app.stop());

test.each(blocks('sql'))('PostgreSQL takes: %s', async (sql) => {
  const client = await app.database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(sql);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

describe.runIf(hasCurl)('curl gets an answer', () => {
  const commands = blocks('bash').filter((block) => block.includes('curl'));
  test.each(commands)('%s', async (command) => {
    const env = {
      PATH: process.env.PATH,
      BASE: app.url,
      TOKEN: await app.token('ADMIN', 'operator'),
      ID: paymentId,
    };
    // Beside this process, which has to answer.
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], {
      env: env as unknown as NodeJS.ProcessEnv,
    });
    expect(JSON.parse(stdout)).toHaveProperty('result.data');
  });
});

test('every SQL and curl block was found', () => {
  expect(blocks('sql').length).toBeGreaterThanOrEqual(4);
  expect(blocks('bash').filter((block) => block.includes('curl')).length).toBeGreaterThanOrEqual(2);
});
