export { listPayouts, payoutLines } from './read-payouts';
