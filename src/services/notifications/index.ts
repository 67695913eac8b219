export { getOptOut, optOut } from './opt-out';
export { payerAddress, queueNotification, tellPayer, tellRestaurant } from './queue';
