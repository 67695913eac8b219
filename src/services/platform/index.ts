export { listPaymentStates } from './payment-states';
export { syncOrders } from './sync-orders';
export { syncRestaurants } from './sync-restaurants';
export { syncSessions } from './sync-sessions';
export { syncTables } from './sync-tables';
export { syncUsers } from './sync-users';
