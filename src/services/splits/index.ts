export { cancelSplit } from './cancel';
export { changeParticipant } from './change-participant';
export { createSplit } from './create';
export { getSplit } from './get';
export { listSplits } from './list';
export { remindParticipant } from './remind';
export { takeShareInCash } from './take-cash';
