export { getPayout, listPayouts, payoutLines } from './read-payouts';
