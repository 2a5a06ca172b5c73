const swc = ['@swc/jest', {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
  },
  module: { type: 'commonjs' },
}];

/** Packages that ship ES modules only; jest runs CommonJS, so swc transforms them as well. */
const esModulesOnly = ['jose', 'uuid'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/kernel', '<rootDir>/schema', '<rootDir>/subgraphs', '<rootDir>/saga', '<rootDir>/gateway', '<rootDir>/standalone', '<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.(ts|js|mjs)$': swc, '\\.graphql$': '<rootDir>/scripts/jest-text.cjs' },
  transformIgnorePatterns: [`/node_modules/(?!(${esModulesOnly.join('|')})/)`],
  testTimeout: 30000,
  maxWorkers: 2,
};
