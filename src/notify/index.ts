export { createLogNotifier } from './log';
export { createSmtpNotifier, trySmtp } from './smtp';
