export { confirmCash } from './confirm';
export { recordCash } from './record';
export { findRecordedCash } from './recorded';
export { requestCash } from './request';
