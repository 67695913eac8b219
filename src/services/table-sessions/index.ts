export { getTableBill, getTableOrders } from './bill';
export { extendTableSession } from './extend';
export { getTableUsers, readGuestIds } from './guests';
export { payTableSession } from './pay';
export { getTablePaymentStatus, getTableStatus, listSessionPayments } from './status';
