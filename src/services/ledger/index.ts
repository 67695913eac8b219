export { ledgerOfPayment } from './payment';
export { trialBalance } from './trial-balance';
