import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// `npm run angular` serves the terminal. With `gateway`, it also runs a gateway to try, and has its page behind it.
const folder = dirname(fileURLToPath(import.meta.url))
const root = join(folder, '..', '..', '..')
const ng = createRequire(import.meta.url).resolve('@angular/cli/bin/ng.js')
const [mode, ...rest] = process.argv.slice(2)
const isBehindGateway = mode === 'gateway'

const running = []
const start = (cwd, ...args) => {
  const child = spawn(process.execPath, args, { cwd, stdio: 'inherit' })
  running.push(child)
  child.on('exit', code => {
    process.exitCode ??= code ?? 1
    for (const other of running) other.kill()
  })
}

process.on('SIGTERM', () => {
  for (const child of running) child.kill()
})

if (isBehindGateway) {
  start(root, '--import', 'tsx', join('src', 'cli', 'main.ts'), 'gateway', '--demo')
  start(folder, ng, 'serve', '--proxy-config', 'proxy.json', ...rest)
  console.log('The terminal behind the gateway: http://localhost:4200/?url=/ctrader')
} else start(folder, ng, 'serve', ...(mode === undefined ? [] : [mode]), ...rest)
