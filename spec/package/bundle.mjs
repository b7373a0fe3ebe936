// What the package adds to a page: the built main entry, bundled for browsers.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

// The whole package, and what comes with a part of it: a page pays for what it uses. In each of them 10 kB are the
// protocol: every message, entity and enum by its name, with what validates it. The bounds stand just above the sizes,
// so that growth is seen. What they were last raised for, minified:
// - secrets taken out of every text: 1.7 kB
// - frames that are too large, too deep or unreadable in part: 2.3 kB
// - answers told apart by account and id: 1.3 kB
// - state asked for anew after an unreadable frame: 1.9 kB
// - orders that stay in doubt until they are found: 6 kB
// - refusals without an id: 2.4 kB
// - accounts that are logged out when nothing is subscribed to them: 2.1 kB
// - commands that wait for nothing they do not need: 1.5 kB
// - events that change one order or position and copy no others: 1.7 kB
// - answers that end a line by their size: 1.5 kB
// - lists that are asked for by the week: 2 kB
// - accounts that take turns in a lane: 1.1 kB
// - credentials as functions, and retry(): 2 kB
// - logout(): 0.8 kB
// - a table of what changes an account's session on the server: 0.4 kB
// - late bars, the server's time, indicators and the volume for a risk: 1.2 kB
// - several lines: 1.2 kB
// - accounts that are kept warm: 0.9 kB
// - what a client does, for OpenTelemetry: 2.8 kB
// - the secrets of a thousand grants: 0.6 kB
// - terms that are known without a subscription: 0.4 kB
// - a state that waits for a login, and paths as addresses: 0.4 kB
// - prices and lists of accounts that are asked for once for several accounts: 0.8 kB
const BOUND = 74_500
const parts = [
  ['createClient, PayloadType', 32_000],
  ['createClient, spots, candles, depth', 39_700],
  ['createClient, placeOrder, orderUpdates', 52_600],
]

const bundle = (contents, options) =>
  build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    // Without the paths of tsconfig.json, so that the package is the built one and not its sources.
    tsconfigRaw: {},
    minify: true,
    metafile: true,
    write: false,
    ...options,
  })

const kB = bytes => `${(bytes / 1000).toFixed(1)} kB`
const gzipped = ({ outputFiles: [{ contents }] }) => gzipSync(contents, { level: 9 }).length

/** Where the bytes come from, before compression, the heaviest first. */
const weights = ({ metafile: { outputs } }) =>
  Object.entries(Object.values(outputs)[0].inputs)
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .map(([path, { bytesInOutput }]) => `${kB(bytesInOutput).padStart(9)}  ${path}`)

const all = "export * from 'rx-ctrader'"
const external = ['rxjs', 'rxjs/*', 'fp-ts', 'fp-ts/*', 'io-ts', 'io-ts/*', 'isomorphic-ws']
const entry = await bundle(all, { external })
const size = gzipped(entry)
console.log(`bundle: main entry without its dependencies, gzipped ${kB(size)}, to be at most ${kB(BOUND)}`)
for (const [names, bound] of parts) {
  const part = gzipped(await bundle(`export { ${names} } from 'rx-ctrader'`, { external }))
  console.log(`bundle: of it, ${names}: ${kB(part)}, to be at most ${kB(bound)}`)
  if (part > bound) process.exitCode = 1
}
if (size > BOUND) {
  console.error(`bundle: too much; what weighs, minified:\n${weights(entry).slice(0, 20).join('\n')}`)
  process.exitCode = 1
}

// A page of an Angular application with quotes and a ticket, behind a gateway. It has nothing of a simulator.
const PAGE_BOUND = 56_100
const page = await bundle(
  `export { spots, placeOrder, lots } from 'rx-ctrader'
  export { provideCTrader, withGateway, withAccounts, withUser, injectClient } from 'rx-ctrader/angular'
  export { injectCurrentAccount, accountSignal, authenticatedGuard } from 'rx-ctrader/angular'`,
  { external: [...external, '@angular/*'] },
)
const ofSimulator = Object.entries(Object.values(page.metafile.outputs)[0].inputs)
  .filter(([path, { bytesInOutput }]) => /\/(simulator|testing)\//.test(path) && bytesInOutput > 0)
  .map(([path]) => path)
console.log(
  `bundle: an Angular page with quotes and a ticket: ${kB(gzipped(page))}, to be at most ${kB(PAGE_BOUND)}`,
)
if (gzipped(page) > PAGE_BOUND || ofSimulator.length > 0) {
  console.error(`bundle: too much in the page, or a simulator: ${ofSimulator.join(', ')}`)
  process.exitCode = 1
}

// With everything it depends on: esbuild refuses what a browser does not have, unless it is left to be imported.
const subpaths = [
  'protocol',
  'simulator',
  'testing',
  'recording',
  'backtest',
  'gateway',
  'opentelemetry',
  'angular',
].map(name => `export * from 'rx-ctrader/${name}'`)
for (const contents of [all, ...subpaths]) {
  const whole = await bundle(contents)
  const { inputs, outputs } = whole.metafile
  const strange = [
    ...Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)),
    ...Object.keys(inputs).filter(path => /^\(disabled\)|^node:|node_modules\/ws\//.test(path)),
    ...whole.warnings.map(({ text }) => text),
  ]
  if (strange.length > 0) {
    console.error(`bundle: not for browsers: ${strange.join(', ')}`)
    process.exitCode = 1
  }
  console.log(`bundle: ${/'(.*)'/.exec(contents)?.[1]} with its dependencies, gzipped ${kB(gzipped(whole))}`)
}
