export { systemStatus } from './status';
