export { inboxLag } from './lag';
export { getInboxEvent, listInbox } from './list';
export { replayEvents } from './replay';
