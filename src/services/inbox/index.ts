export { listInbox } from './list';
export { replayEvents } from './replay';
