import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

export const manifestOf = folder => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

// The output is compared. Some commands colour it where `CI` is set, also without a terminal.
const env = { ...process.env, NO_COLOR: '1' }
delete env.FORCE_COLOR

/** Runs a command to its end and gives what it said. It fails with all that was said, also if that was a warning only. */
export const run = (command, args, { warnings = 'fail', ...options } = {}) =>
  new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { maxBuffer: 2 ** 26, timeout: 300_000, env, ...options },
      (error, stdout, stderr) => {
        if (!error && (stderr === '' || warnings === 'pass')) resolve(stdout)
        else reject(new Error(`${[command, ...args].join(' ')}\n${stdout}${stderr}`))
      },
    )
  })

/** The script behind a command of an installed package, to be run by any Node. */
export const scriptOf = (folder, command) => {
  const { bin } = manifestOf(folder)
  return join(folder, typeof bin === 'string' ? bin : bin[command])
}

/** Says what holds, or fails with what was said instead. */
export const check = (what, actual, expected) => {
  if (actual.trim() !== expected) throw new Error(`${what}: expected "${expected}", got "${actual}"`)
  console.log(`smoke: ${what} ok`)
}

/** Does something for each, as many at a time as there are processors. Fails when nothing is being done any more. */
export const forEach = async (items, act) => {
  const left = [...items]
  const work = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item)
  }
  const worked = await Promise.allSettled(Array.from({ length: availableParallelism() }, work))
  for (const { reason } of worked) if (reason) throw reason
}
