// The Stripe simulator of a chaos run, in a process of its own, until its parent goes. Started by ../support/processes.ts.
import { startSimulator } from '@/stripe/simulator';

const simulator = await startSimulator({ production: false });
process.on('disconnect', () => void simulator.close().then(() => process.exit(0)));
process.send?.({ url: simulator.url });
