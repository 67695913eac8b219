import {
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  type TestAppOptions,
  waitFor,
} from '../support/app';
import {
  createLegacyClient,
  type LegacyClient,
  type Recorded,
  type Version,
  type Wire,
} from './legacy-client';
import { breaches } from './wire-rules';

export const VERSIONS = ['v1', 'v2'] as const satisfies readonly Version[];

/** A restaurant with a table of three guests, and the existing clients of both versions around it. */
export interface LegacyWorld {
  app: TestApp;
  restaurant: SeededRestaurant;
  session: SeededSession;
  recorded: Recorded[];
  order(options?: Parameters<typeof seedOrder>[2]): Promise<string>;
  newSession(): Promise<SeededSession>;
  guest(version: Version, guestId?: string): LegacyClient;
  owner(version: Version): Promise<LegacyClient>;
  staff(version: Version): Promise<LegacyClient>;
  admin(version: Version): Promise<LegacyClient>;
  nobody(version: Version): LegacyClient;
  /** Confirms with a test card, as the browser does, and waits for the webhook. */
  pay(client: LegacyClient, payment: Wire, card?: string): Promise<Wire>;
}

export async function startLegacyWorld(
  env: Record<string, string> = {},
  more: Omit<TestAppOptions, 'env'> = {},
): Promise<LegacyWorld> {
  const app = await startTestApp({
    ...more,
    env: { PAYMENT_RATE_LIMIT_PER_15_MINUTES: '1000', PAYMENT_RATE_LIMIT_PER_HOUR: '1000', ...env },
  });
  const service = await app.asService();
  const restaurant = await seedRestaurant(service);
  const session = await seedSession(service, restaurant);
  const recorded: Recorded[] = [];
  const client = (version: Version, who: { token?: string; guestId?: string }) =>
    createLegacyClient({ url: app.url, version, recorded, ...who });
  const signedIn = async (
    version: Version,
    role: 'ADMIN' | 'RESTAURANT_OWNER' | 'RESTAURANT_STAFF',
    id: string,
  ) => client(version, { token: await app.token(role, id) });

  const stop = async () => {
    await app.stop();
    // Whatever a test was about, each of its answers kept the rules of the wire and is what the OpenAPI document says.
    const problems = recorded.flatMap(breaches);
    if (problems.length > 0) throw new Error(problems.slice(0, 20).join('\n'));
  };

  return {
    app: { ...app, stop },
    restaurant,
    session,
    recorded,
    order: (options = {}) => seedOrder(service, restaurant, { session, ...options }),
    newSession: () => seedSession(service, restaurant),
    guest: (version, guestId = session.guests[0]) => client(version, { guestId }),
    owner: (version) => signedIn(version, 'RESTAURANT_OWNER', restaurant.ownerId),
    staff: (version) => signedIn(version, 'RESTAURANT_STAFF', restaurant.staffId),
    admin: (version) => signedIn(version, 'ADMIN', 'admin-1'),
    nobody: (version) => client(version, {}),
    async pay(payer, payment, card) {
      await payWithCard(app, payment, card);
      return waitFor(`payment ${payment.id} is completed`, async () => {
        const { data } = await payer.get(`/payments/${payment.id}`);
        return data.status === 'COMPLETED' ? data : null;
      });
    },
  };
}
