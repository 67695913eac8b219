export { cancelPayment } from './cancel';
export { changeTip } from './change-tip';
export { getPaymentsConfig } from './config';
export { createPayment } from './create';
export { getPayment } from './get';
export { getPaymentHistory } from './history';
export { listPayments } from './list';
export { getReceipt, getReceiptByToken } from './receipt';
