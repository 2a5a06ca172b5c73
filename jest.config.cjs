/** Packages that ship ES modules only; jest runs CommonJS, so swc transforms them as well. */
const esModulesOnly = ['jose', 'uuid'];

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
  transformIgnorePatterns: [`/node_modules/(?!(${esModulesOnly.join('|')})/)`],
};

// The interleavings run the aggregates and protocols by themselves: they need no built system.
const rooms = ['kernel', 'schema', 'subgraphs', 'saga', 'gateway', 'standalone', 'tests/interleavings'];

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 60_000,
  maxWorkers: 2,
  projects: [
    { ...common, displayName: 'rooms', roots: rooms.map((room) => `<rootDir>/${room}`) },
    { ...common, displayName: 'system', roots: ['<rootDir>/tests'], testPathIgnorePatterns: ['/node_modules/', '/tests/interleavings/'], globalSetup: '<rootDir>/tests/system/build.cjs' },
  ],
};
