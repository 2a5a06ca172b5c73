/** Packages that ship ES modules only; jest runs CommonJS, so swc transforms them as well. */
const esModulesOnly = ['jose', 'uuid'];
/** CommonJS that calls import(), which jest's sandbox has not without a flag: swc makes a require() of it. */
const importing = 'mongodb/lib/runtime_adapters\\.js';

const common = {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(ts|js|mjs)$': ['@swc/jest', {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
      },
      module: { type: 'commonjs' },
    }],
    '\\.graphql$': '<rootDir>/scripts/jest-text.cjs',
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModulesOnly.join('|')})/|${importing})`],
};

// The interleavings run the aggregates and protocols by themselves: they need no built system.
const rooms = ['kernel', 'schema', 'subgraphs', 'saga', 'gateway', 'standalone', 'distributed', 'sign-in', 'servers', 'tests/interleavings'];

/** Tests on a real Kafka and a real MongoDB; a run that selects none of them doesn't wait for any server. */
const onServers = ['kernel/kafka', 'kernel/mongodb', 'distributed/plans', 'tests/stored'];
const withServers = { globalSetup: '<rootDir>/servers/testing/bring-up.cjs', globalTeardown: '<rootDir>/servers/testing/let-go.cjs' };

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 60_000,
  maxWorkers: 2,
  projects: [
    { ...common, displayName: 'rooms', roots: rooms.map((room) => `<rootDir>/${room}`), testPathIgnorePatterns: ['/node_modules/', ...[...onServers, 'servers/testing'].map((room) => `<rootDir>/${room}/`)] },
    { ...common, ...withServers, displayName: 'servers', roots: onServers.map((room) => `<rootDir>/${room}`) },
    { ...common, displayName: 'system', roots: ['<rootDir>/tests', '<rootDir>/servers/testing'], testPathIgnorePatterns: ['/node_modules/', '/tests/interleavings/', '/tests/faults/distributed/', '/tests/stored/'], globalSetup: '<rootDir>/tests/system/build.cjs' },
    // The same journeys once more, and what it survives.
    {
      ...common, displayName: 'distributed', roots: ['<rootDir>/tests/journeys', '<rootDir>/tests/faults/distributed'], setupFilesAfterEnv: ['<rootDir>/tests/system/on-distributed.cjs'],
      globalSetup: '<rootDir>/tests/system/start-distributed.cjs', globalTeardown: '<rootDir>/tests/system/stop-distributed.cjs',
    },
  ],
};
