export { changeOrderTip } from './change-tip';
export { getOrder } from './get';
