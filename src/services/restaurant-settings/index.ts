export { changeSettings } from './change';
export { getSettings, readRestaurantSettings } from './read';
