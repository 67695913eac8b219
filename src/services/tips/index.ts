export { reportTips } from './report';
export { setTipPool } from './set-pool';
