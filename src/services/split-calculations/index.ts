export { changeOwnSplit } from './change-own';
export { cleanupStaleSplitLocks } from './cleanup-stale-locks';
export { forceUnlockSplit } from './force-unlock';
export { getSplit, getSplitLockStatus } from './get';
export { lockSplitCalculation } from './lock';
export { recoverSplitLock } from './recover-lock';
export { setSplit } from './set';
export { readSplitTypes } from './types';
export { unlockSplitCalculation } from './unlock';
