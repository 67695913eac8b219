import fc from 'fast-check';

// Each mutant is run against many tests: fewer samples, always the same, and no search for the smallest one that fails.
fc.configureGlobal({ numRuns: 50, seed: 20261123, endOnFailure: true });
