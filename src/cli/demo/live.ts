import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { WebSocket } from 'ws';
import type { LiveEvent } from '@/services/live/events';
import type { AppRouter } from '@/trpc/routers';
import { money } from './card';
import { expectSame } from './expect';
import type { Stage } from './stage';
import type { Story } from './story';
import { dim, say } from './terminal';
import { waitFor } from './wait-for';

type PaymentEvent = Extract<LiveEvent, { type: `payment:${string}`; amountMinor: number }>;

/** The live events of the demo's payments, as an admin's browser hears them over a websocket. */
export interface LiveWatch {
  /** Tells whether every payment of the demo was heard, up to how it stands. */
  check(stage: Stage, story: Story): Promise<void>;
  close(): Promise<void>;
}

/** Subscribes with the typed client and prints every event of a payment the moment it arrives. */
export async function watchLive(baseUrl: string, token: string): Promise<LiveWatch> {
  const heard: PaymentEvent[] = [];
  const connection = createWSClient({
    url: `${baseUrl.replace(/^http/, 'ws')}/api/trpc`,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    connectionParams: { token },
  });
  const client = createTRPCClient<AppRouter>({
    links: [wsLink({ client: connection, transformer: superjson })],
  });
  let isReady = false;
  client.live.admin.subscribe(undefined, {
    onData: ({ data }) => {
      if (data.type === 'live:ready') isReady = true;
      if (!('amountMinor' in data)) return;
      heard.push(data as PaymentEvent);
      say(dim(`      live      ${textOf(data as PaymentEvent)}`));
    },
  });
  await waitFor('live events to flow', async () => isReady || null);

  return {
    check: (stage, story) =>
      story.chapter('Everybody saw it happen', async () => {
        await story.step(
          'Every payment of this demo was told live, up to how it stands now',
          'live.admin over the websocket at /api/trpc, as an admin',
          async () => {
            for (const paymentId of stage.paymentIds) {
              const { status } = await stage.admin.payments.get.query({ paymentId });
              const told = () => heard.findLast((event) => event.paymentId === paymentId)?.status;
              await waitFor(`${paymentId} to be told ${status}`, async () => told() === status || null);
            }
            expectSame('events heard twice', heard.length - new Set(heard.map((e) => e.eventId)).size, 0);
            return {
              answered: `${heard.length} events of ${stage.paymentIds.size} payments, none twice`,
              value: null,
            };
          },
        );
      }),
    close: () => connection.close(),
  };
}

function textOf({ type, previousStatus, status, totalMinor, currency }: PaymentEvent): string {
  const step =
    previousStatus === null || previousStatus === status ? status : `${previousStatus} → ${status}`;
  return `${type}, ${step}, ${money(totalMinor, currency)}`;
}
