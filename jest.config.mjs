export default {
  maxWorkers: '100%',
  setupFiles: ['<rootDir>/spec/support/seed.ts'],
  testMatch: ['<rootDir>/spec/**/*.spec.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
    // Angular is there as ES modules only.
    '/@angular/.*\\.mjs$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@angular/)'],
  moduleNameMapper: {
    '^rx-ctrader$': '<rootDir>/src/index.ts',
    '^rx-ctrader/(simulator|node|testing|angular)$': '<rootDir>/src/$1/index.ts',
  },
  collectCoverageFrom: ['src/**/*.ts', '!src/**/index.ts'],
  coverageReporters: ['text', 'lcovonly'],
  coverageThreshold: { global: { statements: 98, branches: 95, functions: 98, lines: 98 } },
}
