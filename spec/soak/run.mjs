/**
 * `npm run soak -- [--minutes N] [--seed N]`: a session over a real socket in which everything goes wrong, again and
 * again, with the server in a process of its own. `npm run soak -- gateway` has a gateway and three browsers instead. Ends with 1 where the session did not heal, or broke a rule.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { buildSync } from 'esbuild'

const start = (name, args, stdout) => {
  const { outputFiles } = buildSync({
    entryPoints: [`spec/soak/${name}.ts`],
    bundle: true,
    platform: 'node',
    format: 'iife',
    packages: 'external',
    write: false,
  })
  const child = spawn(process.execPath, ['--expose-gc', '-', ...args], {
    stdio: ['pipe', stdout, 'inherit'],
  })
  child.stdin.end(outputFiles[0].text)
  return child
}

const server = start('server', [], 'pipe')
const [url] = await once(createInterface(server.stdout), 'line')
const [first, ...rest] = process.argv.slice(2)
const soak =
  first === 'gateway'
    ? start('gatewaySoak', ['--url', url, ...rest], 'inherit')
    : start('soak', ['--url', url, ...process.argv.slice(2)], 'inherit')
const [code] = await once(soak, 'exit')
server.kill()
process.exitCode = code ?? 1
