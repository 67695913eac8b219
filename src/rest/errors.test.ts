import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode, ServiceError } from '@/services/errors';
import type { Route } from './call';
import { errorBody, errorResponse, errorStatus } from './errors';

const guest = {
  kind: 'guest',
  guest: { guestSessionId: 's', publicId: 'p', tableSessionId: 't', restaurantId: 'r' },
} as const;
const admin = { kind: 'admin', userId: 'a' } as const;
const request = (path: string, method = 'GET') => new Request(`http://localhost${path}`, { method });
const route = (more: Partial<Route> = {}): Route => ({
  method: 'GET',
  path: '/x',
  who: 'verb',
  handle: async () => ({ data: null }),
  ...more,
});

describe('refusals on the legacy wire', () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])(
    '%s has message and code at the top and inside',
    (code) => {
      const error = new ServiceError(code, 'Do this.', { details: { n: 1 } });
      const body = errorBody(error);
      expect(body).toMatchObject({
        success: false,
        message: 'Do this.',
        error: { message: 'Do this.', details: { n: 1 } },
      });
      expect(body.code).toBe(body.errorCode);
      expect(body.error?.code).toBe(body.code);
      expect(errorBody(error, true)).not.toHaveProperty('error');
    },
  );

  it('401 is for credentials alone', () => {
    const codes = Object.keys(ERROR_CODES) as ErrorCode[];
    const with401 = codes.filter((code) => errorStatus(new ServiceError(code, '')) === 401);
    expect(with401).toEqual(['UNAUTHENTICATED', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'SESSION_UNKNOWN']);
  });

  it.each([
    ['SESSION_CLOSED', 410],
    ['CARD_DECLINED', 402],
    ['RATE_LIMIT_EXCEEDED', 429],
    ['PROCESSOR_UNAVAILABLE', 503],
    ['BALANCE_HELD', 409],
    ['AMOUNT_MISMATCH', 400],
    ['NOT_VISIBLE', 403],
    ['NOT_FOUND', 404],
    ['PAYLOAD_TOO_LARGE', 413],
    ['INTERNAL', 500],
  ] as const)('%s is %i', (code, status) => expect(errorStatus(new ServiceError(code, ''))).toBe(status));

  it('a card without money has the name that the screen tests for', () => {
    const details = { declineCode: 'insufficient_funds' };
    expect(errorBody(new ServiceError('CARD_DECLINED', 'No.', { details })).errorCode).toBe(
      'INSUFFICIENT_FUNDS',
    );
  });

  it('a stranger’s payment is 401 for a guest, 403 for a token', async () => {
    const stranger = new ServiceError('NOT_VISIBLE', 'Payment not found');
    const reads = route({ strangerGuestGets401: true });
    const statusFor = (actor: typeof guest | typeof admin) =>
      errorResponse(stranger, { route: reads, actor }, request('/api/v1/payments/x')).status;
    expect([statusFor(guest), statusFor(admin)]).toEqual([401, 403]);
  });

  it.each([
    ['/api/v1/qr/abc', route(), admin, false],
    ['/api/v1/orders', route(), admin, false],
    ['/api/v1/orders/o1', route({ plainErrors: 'guest' }), guest, false],
    ['/api/v1/orders/o1', route({ plainErrors: 'guest' }), admin, true],
    ['/api/v1/payments', route(), guest, true],
  ] as const)('%s: the error key stands only where clients want it', async (path, row, actor, hasError) => {
    const error = new ServiceError('NOT_FOUND', 'Not there.');
    const body = await errorResponse(error, { route: row, actor }, request(path)).json();
    expect('error' in (body as object)).toBe(hasError);
    expect(body).toMatchObject({ code: 'NOT_FOUND', message: 'Not there.' });
  });
});
