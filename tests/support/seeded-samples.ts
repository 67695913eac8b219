import fc from 'fast-check';
import { inject } from 'vitest';

// A sample that decides whether a change may land is the same each time; the full sizes look further, with other inputs
// each time, and name the seed of what they find.
if (inject('testSize') === 'sample') fc.configureGlobal({ seed: inject('seed') });
