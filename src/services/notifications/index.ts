export { getOptOut, optOut } from './opt-out';
export { payerAddress, tellPayer, tellRestaurant } from './queue';
