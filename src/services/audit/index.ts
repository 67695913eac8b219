export { listAudit } from './list';
