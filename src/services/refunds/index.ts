export { createRefund } from './create';
export { getRefund, listRefunds } from './read';
