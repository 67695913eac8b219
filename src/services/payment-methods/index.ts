export { listSavedCards } from './list';
export { payWithSavedCard } from './pay';
export { removeSavedCard } from './remove';
export { setDefaultSavedCard } from './set-default';
export { setupCard } from './setup';
