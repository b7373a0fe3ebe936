const { existsSync, readFileSync, readdirSync } = require('node:fs')
const { dirname, join, relative, resolve, sep } = require('node:path')
const { expectFailures } = require('./expectFailures.ts')

const specs = resolve(__dirname, '../..')

/** Left out as a whole. */
const LEFT_OUT = {
  'orders/manyAccounts': 'measures the limits of several lines to cTrader, and a gateway has one',
  'session/authentication/grants/tokens': 'renews tokens, and those of a gateway are its own',
}

/** What has a simulator, by its own name or inside of a kit for tests. */
const SIMULATORS = ['rx-ctrader/simulator', 'rx-ctrader/testing']

const importedBy = file => {
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^']*?from '([^']+)'/gm)
  return [...imports].map(([, name]) => name)
}

const hasSimulator = (file, seen = new Set()) => {
  if (seen.has(file)) return false
  seen.add(file)
  return importedBy(file).some(name => {
    if (SIMULATORS.includes(name)) return true
    const path = join(dirname(file), `${name}.ts`)
    return name.startsWith('.') && existsSync(path) && hasSimulator(path, seen)
  })
}

const nameOf = file =>
  relative(specs, file)
    .split(sep)
    .join('/')
    .replace(/\.spec\.ts$/, '')

/** The specs of a folder that run behind a gateway: all with a simulator. The others would be the same again. */
const suitesOf = folder =>
  readdirSync(join(specs, folder), { recursive: true })
    .filter(path => path.endsWith('.spec.ts'))
    .sort()
    .map(path => join(specs, folder, path))
    .filter(file => !(nameOf(file) in LEFT_OUT) && hasSimulator(file))
    .map(file => ({ name: nameOf(file), file }))

const load = suites => {
  for (const { name, file } of suites)
    describe(name, () => {
      require(file)
    })
}

/**
 * Makes one suite of all specs of a folder. To load the library anew for each of them would take longer than the tests.
 */
exports.runBehindGateway = folder => {
  const unseen = expectFailures()
  load(suitesOf(folder))
  it('has each exception in one of its tests', () => {
    expect(unseen().filter(name => name.startsWith(`${folder}/`))).toEqual([])
  })
}

/** Runs some suites with faults on the line between the gateway and cTrader, and not on those of the clients. */
exports.runWithFaultsAtCTrader = names => {
  process.env.FAULTS_AT = 'cTrader'
  expectFailures()
  load(names.map(name => ({ name, file: join(specs, `${name}.spec.ts`) })))
}
