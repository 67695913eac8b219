import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Processor } from '@/services/ports';
import { refusal } from './legacy-client';
import { startLegacyWorld, VERSIONS } from './support';

/** A processor that declines whatever it is asked to create, as Stripe does with a card that it judges at once. */
const declining: Pick<Processor, 'createIntent'> = {
  createIntent: async () => ({
    kind: 'refused',
    error: {
      code: 'card_declined',
      declineCode: 'insufficient_funds',
      guestMessage: 'Your card has insufficient funds. Please use another card.',
      staffMessage: 'The card has insufficient funds.',
      detail: `req_${randomUUID()}`,
      httpStatus: 402,
    },
  }),
};

it.each(VERSIONS)(
  'a decline at creation is a 402 with the words that the %s screens test for',
  async (version) => {
    const world = await startLegacyWorld({}, { app: { processor: declining as Processor } });
    try {
      const orderId = await world.order({ guestSessionId: world.session.guests[0] });
      const guest = world.guest(version);
      const calls = [
        guest.post(`/orders/${orderId}/payments`, { paymentMethod: 'CREDIT_CARD' }),
        guest.post(`/table-sessions/${world.session.sessionId}/payment`, { paymentMethod: 'CREDIT_CARD' }),
      ];
      for (const refused of await Promise.all(calls.map(refusal))) {
        expect(refused).toMatchObject({
          kind: 'ApiError',
          status: 402,
          code: 'INSUFFICIENT_FUNDS',
          message: expect.stringContaining('insufficient funds'),
        });
      }
    } finally {
      await world.app.stop();
    }
  },
);
