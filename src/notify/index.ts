export { createLogNotifier } from './log';
export { createSmtpNotifier } from './smtp';
