#!/usr/bin/env node
import { definitions } from './definitions'
import { parse } from './parse'
import type { Asked } from './program'
import type { ExitCode } from './outcome'

/** How long what is still open may keep the process, in ms. */
const LONGEST_END = 3_000

const { stdout, stderr } = process

// The reader of the pipe has left, as `head` does after some lines.
stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  process.exit(code === 'EPIPE' ? 0 : 1)
})

const output = {
  out: (text: string) => stdout.write(text),
  err: (text: string) => stderr.write(text),
  size: () =>
    stdout.isTTY && stdout.columns > 0 && stdout.rows > 0
      ? { columns: stdout.columns, rows: stdout.rows }
      : undefined,
}

// The help needs neither RxJS nor the library, and is there at once without them.
const start = async (asked: Asked): Promise<ExitCode> => {
  const [{ processTerminal }, { runCommand }] = await Promise.all([
    import('./processTerminal'),
    import('./run'),
  ])
  return runCommand(asked, processTerminal(output))
}

const asked = parse(process.argv.slice(2), output, definitions)
void (typeof asked === 'number' ? Promise.resolve(asked) : start(asked)).then(code => {
  process.exitCode = code
  setTimeout(() => process.exit(), LONGEST_END).unref()
})
