import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { check, run, scriptOf } from '../run.mjs'

/** Starts a command, stops it as soon as it has said this, and gives what it said and how it ended. */
const runUntil = async (said, command, args) => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000 })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    const before = out
    out += text
    if (said.test(out) && !said.test(before)) child.kill('SIGTERM')
  })
  const [code, signal] = await once(child, 'close')
  return { out, ended: signal ?? code }
}

/** The command that comes with it. */
export const command = async ({ installed }) => {
  const script = scriptOf(installed, 'rx-ctrader')
  check('command, script', readFileSync(script, 'utf8').split('\n')[0], '#!/usr/bin/env node')
  const [usage] = (await run(process.execPath, [script, '--help'])).split('\n')
  check('command, help', usage, 'Usage: rx-ctrader [options] [command]')
  const simulate = [script, 'simulate', '--port', '0', '--seed', '7']
  const { out, ended } = await runUntil(/Ctrl-C ends it\./, process.execPath, simulate)
  check('command, end', String(ended), '0')
  check(
    'command, greeting',
    out.replace(/:\d+ /, ':PORT ').split('\n')[0],
    'cTrader simulator at ws://127.0.0.1:PORT (seed 7, speed 1)',
  )
}
