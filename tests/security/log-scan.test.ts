import { expect, it } from 'vitest';
import { DEVELOPMENT } from '@/env.variables';
import { secretsIn } from '../support/log-scan';

// Every app that a test starts is scanned when it stops (tests/support/app.ts): here, that the scan sees.
it.each([
  ['a token', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2ln'],
  ['a guest id', 'a1'.repeat(32)],
  ['a client secret', 'pi_123_secret_abc'],
  ['a key of the processor', 'sk_test_abc'],
  ['a key of the processor', 'whsec_abc'],
  ['a login cookie', 'tabsy.session_token=abc'],
  ['a password', '{"password":"correct horse"}'],
  ['the address of a receipt, an export or an opt-out', 'GET /r/abcdefghijklmnopqrstuvwxyz'],
  ['a secret of the configuration', DEVELOPMENT.jwtSecret],
  ['a card number', 'paid with 4242 4242 4242 4242'],
  ['a card number', '{"a":"4242.4242.4242.4242"}'],
  ['a card number', '{"n":5555555555554444}'],
  ['a card number', 'x4000002500003155y'],
])('the scan of the logs finds %s', (kind, line) => {
  expect(secretsIn([line]).map((found) => found.split(':')[0])).toContain(kind);
});

it.each([
  '{"level":20,"time":"2026-11-23T08:50:25.853Z","requestId":"9d052f7a-5368-4621-8204-6039ba088b48"}',
  '{"password":"[redacted]","at":1795435200000,"amountMinor":2147483647}',
  '{"paymentId":"01890a5d-ac96-774b-bcce-b302099a8057","url":"/r/[redacted]"}',
])('and nothing in %s', (line) => {
  expect(secretsIn([line])).toEqual([]);
});
