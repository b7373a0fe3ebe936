import { HOW_TO_GET, findNatsServer } from './spec/support/findNatsServer.mjs'

/** What every project has, the specs of each kind and those in which the code is broken. */
export const project = {
  setupFiles: ['<rootDir>/spec/support/seed.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true },
        },
      },
    ],
    // These are there as ES modules only.
    '/(@angular/.*\\.mjs|(hyparquet(-writer)?|trading-signals)/.*\\.js)$': [
      '@swc/jest',
      { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@angular/|hyparquet|trading-signals/)'],
  moduleNameMapper: {
    '^rx-ctrader$': '<rootDir>/src/index.ts',
    '^rx-ctrader/(protocol|simulator|node|testing|recording|backtest|gateway|nats|opentelemetry|angular)$':
      '<rootDir>/src/$1/index.ts',
  },
}

// A suite that starts processes wants processors for them: beside all others it would wait for them in vain.
const processes = [
  'cli/everyProcess',
  'cli/gateway/gatewayProcess',
  'cli/processes',
  'cli/strategies',
  'cli/terminal',
  'docs/examples',
  'examples/authenticate/credentials',
  'examples/authenticate/input',
  'examples/authenticate/simulator',
  'node/files/owner',
  'node/journal/journal',
  'node/journal/journalProcesses',
  'node/threads/threads',
  'node/tokens',
  'session/memory/memory',
  'testing/runners',
]

// Those over NATS need a server. Elsewhere they are left out, but not where that would not be seen.
const nats = ['nats/contract', 'nats/natsAudit', 'nats/natsGrants', 'nats/outage', 'nats/roles']
process.env['NATS_SERVER'] ??= findNatsServer() ?? ''
const hasServer = process.env['NATS_SERVER'] !== ''
const hasUrl = process.env['NATS_URL'] !== undefined
const natsHere = nats.filter(
  name => hasServer || process.env['CI'] === 'true' || (hasUrl && name === 'nats/contract'),
)
if (natsHere.length < nats.length)
  console.log(`Left out: ${nats.filter(name => !natsHere.includes(name)).join(', ')}. ${HOW_TO_GET}`)

// Windows has no pseudo-terminal that Python could open. There, `cli/output/output` has what is written to a screen,
// and `cli/access/login` the questions. A process there cannot be asked to end.
const isWindows = process.platform === 'win32'
const notOnWindows = ['cli/terminal', 'cli/gateway/gatewayProcess']
const processesHere = [...processes.filter(name => !(isWindows && notOnWindows.includes(name))), ...natsHere]

// Random schedules run the same code many thousand times, and counters of coverage double what they take. What these
// run has specs of its own, which count.
const longest = [
  'backtest/faults',
  'backtest/paper/brokers',
  'backtest/sweep/properties',
  'gateway/renewals',
  'gateway/schedules',
  'ledger/orders',
  'orders/outcomes',
  'orders/warmUpProperties',
  'session/healing',
  'simulator/handlers/sessions',
  'streams/account/accountProperties',
  'streams/market/depthProperties',
  'streams/valuation/profit',
]
const uncounted = { coveragePathIgnorePatterns: ['/'] }

export default {
  maxWorkers: '100%',
  projects: [
    {
      ...project,
      displayName: 'unit',
      testMatch: ['<rootDir>/spec/**/*.spec.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        ...[...processes, ...nats, ...longest].map(name => `/spec/${name}\\.spec\\.ts$`),
      ],
    },
    {
      ...project,
      displayName: 'processes',
      testMatch: processesHere.map(name => `<rootDir>/spec/${name}.spec.ts`),
      runner: '<rootDir>/spec/support/fewWorkers.cjs',
    },
    {
      ...project,
      ...uncounted,
      displayName: 'longest',
      testMatch: longest.map(name => `<rootDir>/spec/${name}.spec.ts`),
    },
    {
      ...project,
      ...uncounted,
      // What a client must not notice: the specs of clients run a second time, with a gateway before the simulator.
      displayName: 'gateway',
      testMatch: ['<rootDir>/spec/support/throughGateway/{faultsAtCTrader,orders,session,streams}.cjs'],
      setupFiles: [...project.setupFiles, '<rootDir>/spec/support/throughGateway/fewRuns.ts'],
      moduleNameMapper: {
        '^(rx-ctrader/simulator|\\.\\./simulator/simulator)$':
          '<rootDir>/spec/support/simulatorBehindGateway.ts',
        ...project.moduleNameMapper,
      },
    },
  ],
  collectCoverageFrom: [
    'src/**/*.ts',
    '!src/**/index.ts',
    // What runs in other processes, in threads or in a browser cannot be counted here. It has its specs there.
    '!src/cli/**',
    '!src/node/threads/{pool,shareHistory,worker}.ts',
    '!src/node/report/page/**',
    ...(natsHere.length < nats.length ? ['!src/nats/**'] : []),
  ],
  coverageReporters: ['text', 'lcovonly'],
  coverageThreshold: { global: { statements: 98, branches: 95, functions: 98, lines: 98 } },
}
