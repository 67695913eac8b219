// The Stripe simulator in a process of its own, without latency and without webhooks, until its parent goes.
import { startSimulator } from '@/stripe/simulator';

const simulator = await startSimulator({ production: false });
process.on('disconnect', () => void simulator.close().then(() => process.exit(0)));
process.send?.({ url: simulator.url });
