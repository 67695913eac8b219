export { createRefund } from './create';
