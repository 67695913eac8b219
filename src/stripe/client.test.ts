import { describe, expect, it } from 'vitest';
import { createStripeClient } from './client';

const options = { secretKey: 'sk_test_x', apiVersion: '2026-10-28.endive', timeoutMs: 5_000 };

describe('client', () => {
  it.each(['not an address', 'ftp://host', 'http://host/v1', 'https://user@host', 'https://host/?x=1'])(
    'refuses %s as API base',
    (apiBase) => {
      expect(() => createStripeClient({ ...options, apiBase })).toThrow('must be an origin');
    },
  );

  it.each([
    ['http://127.0.0.1:12111', 'http', '127.0.0.1', 12111],
    ['http://[::1]:12111/', 'http', '::1', 12111],
    ['https://stripe.internal', 'https', 'stripe.internal', 443],
  ])('sends to %s', (apiBase, protocol, host, port) => {
    const client = createStripeClient({ ...options, apiBase });
    expect(client.sdk).toMatchObject({
      _api: { protocol, host, port, maxNetworkRetries: 0, timeout: 5_000 },
    });
    client.close();
  });

  it('sends to Stripe by default, without telemetry', () => {
    const client = createStripeClient(options);
    expect(client.sdk).toMatchObject({
      _api: { protocol: 'https', host: 'api.stripe.com' },
      _enableTelemetry: false,
    });
    client.close();
  });
});
