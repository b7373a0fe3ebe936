/**
 * `npm test`: all checks, two at a time, then the specs, which take the whole machine. A check that fails stops only
 * those that need it. Ends with 1 where one has failed, and names each that has.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** In the order in which they begin: the longest first, so that none is left alone at the end. */
const checks = [
  { name: 'lint' },
  { name: 'build' },
  { name: 'browser', needs: 'build' },
  { name: 'smoke', needs: 'build' },
  { name: 'typecheck' },
  { name: 'docs' },
  { name: 'api', needs: 'build' },
  { name: 'bundle', needs: 'build' },
  { name: 'layers' },
  { name: 'unused' },
]
const AT_A_TIME = 2
const specs = { name: 'spec', options: ['--coverage'], isShown: true }

// npm is a script of Node: started so it needs no shell, and runs on Windows too.
const npm = process.env['npm_execpath']
if (npm === undefined) throw new Error('Start it by npm: npm test')

const failed = new Set()

const run = async ({ name, options = [], isShown = false }) => {
  const began = Date.now()
  const args = [npm, 'run', '--silent', name, ...(options.length > 0 ? ['--', ...options] : [])]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', ...Array(2).fill(isShown ? 'inherit' : 'pipe')],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', text => (output += text))
  const [code] = await once(child, 'close')
  if (code !== 0) failed.add(name)
  const seconds = Math.round((Date.now() - began) / 1000)
  console.log(`${output}${code === 0 ? 'passed' : 'FAILED'}: ${name}, ${seconds} s\n`)
}

const waiting = [...checks]
const done = new Set()

/** The next check that needs nothing which is still to be done. */
const takeNext = () => {
  const at = waiting.findIndex(({ needs }) => needs === undefined || done.has(needs))
  return at < 0 ? undefined : waiting.splice(at, 1)[0]
}

const runChecks = async () => {
  for (let check = takeNext(); check !== undefined; check = takeNext()) {
    if (!failed.has(check.needs)) await run(check)
    else {
      failed.add(check.name)
      console.log(`not run: ${check.name}, as ${check.needs} has failed\n`)
    }
    done.add(check.name)
  }
}

await Promise.all(Array.from({ length: AT_A_TIME }, runChecks))
await run(specs)

if (failed.size > 0) {
  console.log(`FAILED: ${[...failed].join(', ')}`)
  process.exitCode = 1
}
