import { z } from 'zod';
import { currentApp } from '@/app/api/_mount/running-app';
import type { LandingText } from '@/ui/landing/landing-text';

type RunningApp = Awaited<ReturnType<typeof currentApp>>;

/** What the start page tells; null in production, where strangers learn the name and nothing else. */
export async function readLanding(): Promise<LandingText | null> {
  const app = await currentApp();
  if (app.env.production) return null;
  const [{ version }, { ready }] = await Promise.all([
    probe(app, '/health', z.object({ version: z.string() })),
    probe(app, '/ready', z.object({ ready: z.boolean() })),
  ]);
  return { version, isReady: ready, facts: factsOf(app), doors: DOORS, steps: STEPS };
}

/** Asks the probes themselves, so that the page and they never disagree. */
async function probe<T>(app: RunningApp, path: string, shape: z.ZodType<T>): Promise<T> {
  const response = await app.fetch(new Request(`http://localhost${path}`), {
    remoteAddress: null,
    isEncrypted: false,
  });
  return shape.parse(await response.json());
}

function factsOf({ env, deps }: RunningApp): LandingText['facts'] {
  const { simulatorUrl, publicUrl } = deps.settings;
  return [
    simulatorUrl === null
      ? {
          label: 'Payments',
          value: env.stripe.live ? 'Stripe, live keys' : 'Stripe, test keys',
          note: env.stripe.live ? 'Cards are charged for real.' : 'No real money.',
        }
      : { label: 'Payments', value: 'Stripe simulator', note: `No real money. Runs at ${simulatorUrl}` },
    env.embeddedDatabase
      ? { label: 'Database', value: 'Embedded PostgreSQL', note: 'Set DATABASE_URL to use another.' }
      : { label: 'Database', value: 'External PostgreSQL', note: 'As DATABASE_URL says.' },
    { label: 'Mode', value: env.mode, note: `Links point to ${publicUrl}` },
  ];
}

const DOORS: LandingText['doors'] = [
  { title: 'tRPC', use: 'For the frontends, through the typed client', address: '/api/trpc', isLink: false },
  { title: 'Stripe webhook', use: 'Signed events only', address: '/api/webhooks/stripe', isLink: false },
  {
    title: 'Stripe webhook, documented path',
    use: 'The same door under the address of the API documentation',
    address: '/api/v1/payments/webhooks/stripe',
    isLink: false,
  },
  { title: 'Receipt', use: 'For guests, without login', address: '/r/<token>', isLink: false },
  { title: 'Health', use: 'Each part and its state', address: '/health', isLink: true },
  { title: 'Ready', use: 'Whether requests may come', address: '/ready', isLink: true },
  { title: 'Live', use: 'Whether the process answers', address: '/live', isLink: true },
  {
    title: 'Metrics',
    use: 'For Prometheus: from this machine, or with METRICS_TOKEN',
    address: '/metrics',
    isLink: true,
  },
];

const STEPS: LandingText['steps'] = [
  {
    command: 'npm run demo',
    does: 'Takes real payments from end to end and writes ids and a token per role to .data/demo.json',
  },
  { command: 'npm run token -- --role admin', does: 'Prints a signed token for trying the API' },
];
