export { eraseCustomer, eraseGuest } from './erase';
