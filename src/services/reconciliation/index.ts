export { accept, assign, link, note, reopen } from './discrepancy-actions';
export { getDiscrepancy, listDiscrepancies } from './read-discrepancies';
export { getRun, listItems, listRuns } from './read-runs';
export { resolve } from './resolve';
export { startRun } from './start';
export { readSummary } from './summary';
