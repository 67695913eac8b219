export { getTableBill, getTableOrders } from './bill';
export { callStaff } from './call-staff';
export { closeTableSession } from './close';
export { extendTableSession } from './extend';
export { getTableSessionFigures } from './figures';
export { getTableUsers, readGuestIds } from './guests';
export { getStaffSession, listTableSessions } from './list';
export { payTableSession } from './pay';
export { getTablePaymentStatus, getTableStatus, listSessionPayments } from './status';
