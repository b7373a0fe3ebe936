// Breaks the code in every place, one at a time, and counts what the specs notice: `npm run mutate [-- layer …]`.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Stryker } from '@stryker-mutator/core'
import { project } from '../../jest.config.mjs'

/** What must be noticed of the changes of each layer, in per cent. */
const BOUND = 80

/** The specs that pin a layer: its own, and where a layer is specified by what stands on it, those. */
const layers = {
  protocol: ['protocol'],
  connection: ['connection', 'session'],
  session: ['session'],
  streams: ['streams'],
  // Not a layer: the example of the guide "Test a strategy", which quotes its figure.
  strategy: ['examples/strategy'],
}

const STRATEGY = 'docs/examples/test-a-strategy/buyDips.ts'

/** What is changed: a layer, or of `layer/file.ts` only that file. */
const sourcesOf = layer =>
  layer === 'strategy' ? STRATEGY : `src/${layer}${layer.endsWith('.ts') ? '' : '/**/*.ts'}`

// A change is tried thousands of times: so properties on few examples each, and no scenario for long.
for (const [name, runs] of Object.entries({
  ACCOUNT_RUNS: 2,
  CANDLES_RUNS: 4,
  CONVERSION_RUNS: 20,
  DEPTH_RUNS: 3,
  DEPTH_LINE_RUNS: 40,
  HEALING_RUNS: 5,
  HISTORY_RUNS: 3,
  OPENING_RUNS: 40,
  SYMBOLS_RUNS: 50,
  SCENARIO_MS: 5_000,
}))
  process.env[name] ??= String(runs)

const beside = name => fileURLToPath(new URL(name, import.meta.url))

const notice = async layer => {
  process.env.MUTATION_SPECS = layers[layer.split('/')[0]].join(',')
  const results = await new Stryker({
    mutate: [sourcesOf(layer)],
    testRunner: 'jest',
    jest: {
      enableFindRelatedTests: false,
      config: {
        ...project,
        testMatch: ['<rootDir>/spec/mutation/layer.ts'],
        testEnvironment: beside('environment.cjs'),
        maxWorkers: 1,
        setupFilesAfterEnv: [beside('firstFailure.cjs')],
      },
    },
    testRunnerNodeArgs: ['--require', beside('unhandled.cjs')],
    coverageAnalysis: 'perTest',
    // What runs once, when a module is loaded, would need every spec again for each of its words: the tables, which
    // the specs of the protocol compare by themselves.
    ignoreStatic: true,
    concurrency: Number(process.env.CONCURRENCY ?? 2),
    // A change that makes a loop endless is noticed by its time; one on a busy machine is not.
    timeoutMS: 8_000,
    timeoutFactor: 1.5,
    reporters: ['dots', 'json'],
    jsonReporter: { fileName: `coverage/mutation/${layer.replaceAll('/', '-')}.json` },
    tempDirName: 'coverage/mutation/trees',
    ignorePatterns: ['coverage', 'dist', ...(layer === 'strategy' ? [] : ['docs'])],
    allowConsoleColors: false,
    logLevel: process.env.LOG ?? 'warn',
  }).runMutationTest()
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length
  const noticed = count('Killed', 'Timeout')
  const missed = results.filter(({ status }) => ['Survived', 'NoCoverage'].includes(status))
  return { layer, noticed, missed, timeouts: count('Timeout'), ignored: count('Ignored') }
}

const named = process.argv.slice(2)
const isLayer = name =>
  name === 'strategy' || (Object.hasOwn(layers, name.split('/')[0]) && existsSync(`src/${name}`))
const unknown = named.filter(name => !isLayer(name))
if (unknown.length > 0) {
  console.error(
    `No layer, and no file of one: ${unknown.join(', ')}. The layers are ${Object.keys(layers).join(', ')}.`,
  )
  process.exit(2)
}
let failed = false
for (const layer of named.length > 0 ? named : Object.keys(layers)) {
  const { noticed, missed, timeouts, ignored } = await notice(layer)
  const share = (100 * noticed) / (noticed + missed.length)
  for (const { fileName, location, mutatorName, replacement } of missed)
    console.log(
      `missed: ${fileName.replace(/.*\/(?=src\/|docs\/examples\/)/, '')}:${location.start.line} ${mutatorName} ${replacement.replaceAll(/\s+/g, ' ').slice(0, 80)}`,
    )
  console.log(
    `${layer}: ${share.toFixed(1)} % of ${noticed + missed.length} changes noticed, to be at least ${BOUND} (${timeouts} by time; ${ignored} of loading not tried)`,
  )
  if (share < BOUND) failed = true
}
if (failed) process.exitCode = 1
