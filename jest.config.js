export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  // A test that leaves a handle open is a bug in what it tests: say so instead of hanging.
  testTimeout: 30_000,
  // Modules of a test file stay in memory behind it: one process for all files came to 3.4 GB, and to its end.
  workerIdleMemoryLimit: '1GB',
};
