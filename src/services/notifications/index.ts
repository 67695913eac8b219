export { getOptOut, optOut } from './opt-out';
export { queueNotification, tellPayer, tellRestaurant } from './queue';
