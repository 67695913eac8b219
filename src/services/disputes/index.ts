export { getDispute, listDisputes } from './read';
export { submitEvidence } from './submit-evidence';
