import type { DemoGuest } from '@/server/seed';
import { confirmCard, whenPaid } from '../card';
import { expectSame, StepFailed } from '../expect';
import type { Stage } from '../stage';
import type { Chapter } from './index';

/** The existing API client's way: REST, amounts in major units, the guest id in a header. */
export const overRest: Chapter = {
  title: 'The existing API client pays an order over REST',
  async tell(stage, story) {
    const { bella } = stage;
    const marco = stage.guestOf(bella, 'Marco');
    const order = await stage.order(bella, marco, { margherita: 1, chianti: 1 });
    const call = (method: string, path: string, body?: object) => callRest(stage, marco, method, path, body);

    const started = await story.step(
      'Marco’s app starts the payment',
      `POST /api/v1/payments/intent {"orderId":"${order.orderNumber}…"} with x-session-id`,
      async () => {
        const { status, data } = await call('POST', '/payments/intent', { orderId: order.orderId });
        stage.notePayment(String(data.id));
        expectSame('the amount, in major units', data.amount, order.billMinor / 100);
        const shown = pick(data, ['status', 'amount', 'currency', 'paymentMethod', 'breakdown']);
        return { answered: `HTTP ${status} ${shown}`, value: data };
      },
    );

    await story.step(
      'The card is confirmed, and the app reads the payment',
      'GET /api/v1/payments/:id',
      async () => {
        const payment = await stage.as(marco).payments.get.query({ paymentId: String(started.id) });
        await confirmCard(stage, payment, 'pm_card_visa');
        await whenPaid(stage.as(marco), payment.id);
        const { status, data } = await call('GET', `/payments/${started.id}`);
        expectSame('the status', data.status, 'COMPLETED');
        const names = [
          'status',
          'amount',
          'subtotal',
          'taxAmount',
          'tipAmount',
          'paymentMethod',
          'cardLast4',
        ];
        return { answered: `HTTP ${status} ${pick(data, names)}`, value: data };
      },
    );

    await story.step('What this wire can say', 'GET /api/v1/openapi.json', async () => {
      const response = await fetch(`${stage.baseUrl}/api/v1/openapi.json`);
      const { openapi, paths } = (await response.json()) as { openapi: string; paths: object };
      expectSame('the version', openapi, '3.1.0');
      return {
        answered: `OpenAPI ${openapi}, ${Object.keys(paths).length} paths; to read: ${stage.baseUrl}/api/docs`,
        value: null,
      };
    });
  },
};

async function callRest(stage: Stage, guest: DemoGuest, method: string, path: string, body?: object) {
  const response = await fetch(`${stage.baseUrl}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-session-id': guest.guestSessionId },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { success: boolean; data: Record<string, unknown> };
  if (!answer.success) throw new StepFailed(`expected success, met ${JSON.stringify(answer)}`);
  return { status: response.status, data: answer.data };
}

/** A part of an answer as it stood on the wire. */
function pick(data: Record<string, unknown>, names: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, data[name]])));
}
