// The packed package as its users load it: imported, required, type-checked and run, with its declared dependencies alone.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = process.cwd()
const consumer = mkdtempSync(join(tmpdir(), 'rx-ctrader-consumer-'))
const run = (command, args, cwd = consumer) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}\n${stdout}${stderr}`)
  return stdout
}

const link = name => {
  const target = join(consumer, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), target, 'dir')
}

const authenticate = `
const broker = createSimulator()
const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo', linger: 0 })
const account = client.account({ accountId: 12345678, accessToken: 'demo' })
const seen = []
account.authenticated$.pipe(takeWhile(({ status }) => status !== 'authenticated', true)).subscribe({
  next: ({ status }) => seen.push(status),
  complete: () => {
    if (PayloadType.PROTO_OA_SPOT_EVENT !== 2131 || typeof serveSimulator !== 'function') process.exit(1)
    console.log(seen.join(' '))
  },
})
`

/** Starts a command, stops it as soon as it has said this, and gives what it said and how it ended. */
const runUntil = async (said, command, args) => {
  const child = spawn(command, args, { cwd: consumer, stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000 })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    const before = out
    out += text
    if (said.test(out) && !said.test(before)) child.kill('SIGTERM')
  })
  const [code, signal] = await once(child, 'close')
  return { out, ended: signal ?? code }
}

const check = (what, actual, expected) => {
  if (actual.trim() !== expected) throw new Error(`${what}: expected "${expected}", got "${actual}"`)
  console.log(`smoke: ${what} ok`)
}

try {
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', consumer], root),
  )
  const strange = files
    .map(({ path }) => path)
    .filter(path => !/^(dist\/|LICENSE$|README\.md$|CHANGELOG\.md$|package\.json$)/.test(path))
  if (strange.length > 0) throw new Error(`packed by mistake: ${strange.join(', ')}`)

  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  mkdirSync(join(consumer, 'node_modules', 'rx-ctrader'), { recursive: true })
  run('tar', ['-xzf', filename, '--strip-components', '1', '-C', 'node_modules/rx-ctrader'])
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) link(name)

  const names = [
    ['{ createClient, PayloadType }', 'rx-ctrader'],
    ['{ createSimulator }', 'rx-ctrader/simulator'],
    ['{ serveSimulator }', 'rx-ctrader/node'],
    ['{ takeWhile }', 'rxjs'],
  ]
  const states = 'connecting authenticatingApp authenticatingAccount authenticated'
  writeFileSync(
    join(consumer, 'esm.mjs'),
    names.map(([what, from]) => `import ${what} from '${from}'`).join('\n') + authenticate,
  )
  check('import', run(process.execPath, ['esm.mjs']), states)
  writeFileSync(
    join(consumer, 'cjs.cjs'),
    names.map(([what, from]) => `const ${what} = require('${from}')`).join('\n') + authenticate,
  )
  check('require', run(process.execPath, ['cjs.cjs']), states)

  const { bin } = JSON.parse(
    readFileSync(join(consumer, 'node_modules', 'rx-ctrader', 'package.json'), 'utf8'),
  )
  const command = join('node_modules', 'rx-ctrader', bin['rx-ctrader'])
  check(
    'command, script',
    readFileSync(join(consumer, command), 'utf8').split('\n')[0],
    '#!/usr/bin/env node',
  )
  const [usage] = run(process.execPath, [command, '--help']).split('\n')
  check('command, help', usage, 'Usage: rx-ctrader simulate [options]')
  const simulate = [command, 'simulate', '--port', '0', '--seed', '7']
  const { out, ended } = await runUntil(/Ctrl-C ends it\./, process.execPath, simulate)
  check('command, end', String(ended), '0')
  check(
    'command, greeting',
    out.replace(/:\d+ /, ':PORT ').split('\n')[0],
    'cTrader simulator at ws://127.0.0.1:PORT (seed 7, speed 1)',
  )

  writeFileSync(
    join(consumer, 'types.mts'),
    `import { PayloadType, createClient, ofType } from 'rx-ctrader'
import type { AuthState } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Observable } from 'rxjs'

const client = createClient({ connect: createSimulator({ seed: 42 }).connect, clientId: 'a', clientSecret: 'b' })
const state$: Observable<AuthState> = client.account({ accountId: 1, accessToken: 'c' }).authenticated$
client.message$.pipe(ofType(PayloadType.PROTO_OA_ERROR_RES)).subscribe(({ payload }) => {
  const code: string = payload.errorCode
  // @ts-expect-error: an error has no such field
  console.log(code, payload.errorCod)
})
client.request(PayloadType.PROTO_OA_VERSION_REQ, {}).subscribe(({ version }) => version.length)
// @ts-expect-error: the refresh token is missing
client.request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, {})
export { state$ }
`,
  )
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: 'es2022',
      types: [],
      module,
      moduleResolution,
    }
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.mts'] }))
    check(`types, ${moduleResolution}`, run(process.execPath, [tsc]), '')
  }
} finally {
  rmSync(consumer, { recursive: true, force: true })
}
