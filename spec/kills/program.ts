import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { directory } from './drill'

/** A process that a drill has started. */
export interface Program {
  readonly child: ChildProcess
  /** When it has ended, and all that it has written was read. */
  readonly gone: Promise<unknown>
}

/** Starts one of the programs beside the drill. What it logs is in the folder of the journals. */
export const startProgram = (
  name: string,
  options: readonly string[],
  onLine: (line: string) => void,
): Program => {
  const child = spawn(process.execPath, ['-', ...options])
  child.stderr.pipe(createWriteStream(join(directory, `${name}.log`), { flags: 'a' }))
  // It may be killed before it has read what it is to do.
  child.stdin.on('error', () => undefined)
  child.stdin.end(readFileSync(join(directory, `${name}.js`), 'utf8'))
  const lines = createInterface(child.stdout)
  lines.on('line', onLine)
  return { child, gone: Promise.all([once(child, 'exit'), once(lines, 'close')]) }
}

/** Starts a program, and waits for the first line that it writes. */
export const startReady = async (
  name: string,
  options: readonly string[],
): Promise<Program & { readonly said: string }> => {
  let ready: (line: string) => void = () => undefined
  const first = new Promise<string>(resolve => {
    ready = resolve
  })
  const program = startProgram(name, options, line => {
    ready(line)
  })
  return { ...program, said: await first }
}

export const killProgram = async ({ child, gone }: Program): Promise<void> => {
  child.kill('SIGKILL')
  await gone
}
