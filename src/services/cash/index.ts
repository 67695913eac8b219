export { confirmCash } from './confirm';
export { recordCash } from './record';
export { requestCash } from './request';
