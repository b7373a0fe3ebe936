export default {
  rootDir: '../..',
  testMatch: ['<rootDir>/spec/browser/*.browser.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  moduleNameMapper: {
    '^rx-ctrader$': '<rootDir>/src/index.ts',
    '^rx-ctrader/(protocol|simulator|node|backtest|gateway)$': '<rootDir>/src/$1/index.ts',
  },
  globalSetup: '<rootDir>/spec/browser/setup.ts',
  globalTeardown: '<rootDir>/spec/browser/teardown.ts',
  testTimeout: 60_000,
}
