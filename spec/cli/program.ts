import { spawn } from 'node:child_process'
import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { Subject, firstValueFrom } from 'rxjs'

const root = join(__dirname, '..', '..')
let folder: string | undefined
const started: ChildProcess[] = []

/** The command in one file, so that it starts at once. */
const program = (): string => {
  if (folder !== undefined) return join(folder, 'cli', 'main.cjs')
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-program-'))
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const outfile = join(folder, 'cli', 'main.cjs')
  const external = ['hyparquet', 'hyparquet-writer', 'papaparse', 'tsx']
  const entryPoints = [join(root, 'src', 'cli', 'main.ts')]
  buildSync({ entryPoints, bundle: true, platform: 'node', outfile, external })
  return outfile
}

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

/** A process of the command, and what it has written. */
export interface Started {
  readonly child: ChildProcessWithoutNullStreams
  readonly out: () => string
  readonly err: () => string
  /** Resolves as soon as what it has written says so. */
  readonly until: (holds: (text: string) => boolean) => Promise<void>
  readonly exitCode: Promise<number | null>
}

interface StartOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Whether it runs from its sources, so that a strategy has the same copy of them. `cwd` must have `tsx`. */
  readonly isSource?: boolean
}

const follow = (child: ChildProcessWithoutNullStreams): Started => {
  started.push(child)
  let [out, err] = ['', '']
  const written$ = new Subject<void>()
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    written$.next()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    written$.next()
  })
  const exitCode = once(child, 'close').then(([code]) => code as number | null)
  const until = async (holds: (text: string) => boolean): Promise<void> => {
    while (!holds(out + err)) {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${out}${err}`)
      await Promise.race([firstValueFrom(written$), exitCode])
    }
  }
  return { child, out: () => out, err: () => err, until, exitCode }
}

const environment = (env: StartOptions['env']) => ({ ...process.env, NO_COLOR: '', TERM: 'xterm', ...env })

const argumentsFor = ({ isSource = false }: StartOptions): readonly string[] =>
  isSource ? ['--import', 'tsx', join(root, 'src', 'cli', 'main.ts')] : [program()]

/** Starts the command, with pipes. */
export const startCommand = (args: readonly string[], options: StartOptions = {}): Started => {
  const { cwd, env } = options
  return follow(spawn(process.execPath, [...argumentsFor(options), ...args], { cwd, env: environment(env) }))
}

/** A program that gives another one a terminal of 20 rows and 70 columns, and passes on what is typed. */
const terminal = `
import fcntl, os, pty, struct, sys, termios, threading
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 20, 70, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
def keys():
    while True:
        typed = os.read(0, 1024)
        if not typed: return
        os.write(terminal, typed)
threading.Thread(target=keys, daemon=True).start()
while True:
    try: text = os.read(terminal, 4096)
    except OSError: break
    if not text: break
    os.write(1, text)
os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

/** Starts the command in a terminal. What is written to it is what a user types. Needs Python, and no Windows. */
export const startInTerminal = (args: readonly string[], options: StartOptions = {}): Started => {
  const { cwd, env } = options
  const command = [process.execPath, ...argumentsFor(options), ...args]
  return follow(spawn('python3', ['-c', terminal, ...command], { cwd, env: environment(env) }))
}
