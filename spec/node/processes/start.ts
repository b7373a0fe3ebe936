import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildSync } from 'esbuild'

/** A process that writes to a file, and what it says, line by line. */
export interface Writer {
  readonly child: ChildProcessWithoutNullStreams
  readonly says: () => Promise<string>
}

let folder: string | undefined

/** The program in one file, so that it starts at once. */
const program = (): string => {
  folder ??= mkdtempSync(join(tmpdir(), 'writer-'))
  const outfile = join(folder, 'writer.cjs')
  buildSync({ entryPoints: [join(__dirname, 'writer.ts')], bundle: true, platform: 'node', outfile })
  return outfile
}

let built: string | undefined
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

/** Starts `writer.ts` for a file. It does something for each line that it is told. */
export const startWriter = (what: 'journal' | 'tokens', path: string, name: string): Writer => {
  const child = spawn(process.execPath, [(built ??= program()), what, path, name])
  child.stderr.pipe(process.stderr)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]() as AsyncIterator<string, undefined>
  return {
    child,
    says: async () => {
      const said = await lines.next()
      return said.done === true ? 'nothing more' : said.value
    },
  }
}

/** The last thing that it says. */
export const endOf = async ({ child, says }: Writer): Promise<string> => {
  const exit = once(child, 'exit')
  const said = await says()
  await exit
  return said
}
