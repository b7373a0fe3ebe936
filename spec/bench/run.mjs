/**
 * `npm run bench`: measures the built package, as Node loads it, each measurement in a process of its own, so that
 * none runs with code that another made. `npm run bench -- routing` runs those whose names begin so. Ends with 1
 * where a bound is missed.
 */
import { spawnSync } from 'node:child_process'
import { buildSync } from 'esbuild'
import { HOW_TO_GET, findNatsServer } from '../support/findNatsServer.mjs'

const all = [
  'decode',
  'routing',
  'instrumented',
  'ctraderLayer',
  'memory',
  'load',
  'streams',
  'streamsBook',
  'streamsHistory',
  'thousands',
  'copying',
  'manyAccounts',
  'gateway',
  'gatewaySockets',
  'natsBus',
  'natsGateway',
  'natsOrders',
  'orders',
  'backtest',
  'backtestThreads',
  'backtestFiles',
  'exportMemory',
]
const asked = process.argv.slice(2)

process.env['NATS_SERVER'] ??= findNatsServer() ?? ''
const overNats = all.filter(name => name.startsWith('nats'))
const measurements = process.env['NATS_SERVER'] === '' ? all.filter(name => !overNats.includes(name)) : all
if (measurements.length < all.length) console.log(`Left out: ${overNats.join(', ')}. ${HOW_TO_GET}`)

const missed = measurements
  .filter(name => asked.length === 0 || asked.some(start => name.startsWith(start)))
  .filter(name => {
    const { outputFiles } = buildSync({
      entryPoints: [`spec/bench/${name}.ts`],
      bundle: true,
      platform: 'node',
      packages: 'external',
      // Without its paths, so that the package is the built one and not its sources.
      tsconfigRaw: {},
      write: false,
    })
    const { status } = spawnSync(process.execPath, ['--expose-gc', '-'], {
      input: outputFiles[0]?.text,
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    return status !== 0
  })

if (missed.length > 0) {
  console.error(`missed: ${missed.join(', ')}`)
  process.exitCode = 1
}
