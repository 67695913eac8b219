export { getTableBill, getTableOrders } from './bill';
export { callStaff } from './call-staff';
export { extendTableSession } from './extend';
export { getTableUsers, readGuestIds } from './guests';
export { payTableSession } from './pay';
export { getTablePaymentStatus, getTableStatus, listSessionPayments } from './status';
