import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const beginning = [
  'connected to server',
  'requested application authentication',
  'application authentication completed',
  'requested account authentication',
  'account authentication completed',
]
export const ready = 'fully authenticated and ready for more communication with the server'

/** The line that names the server, where it is a simulator. */
export const SIMULATOR = /^a simulator of this program, at 127\.0\.0\.1:\d+: no real server, no real money$/

const root = join(__dirname, '..', '..', '..')

export const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
const started: ChildProcess[] = []

/** Ends what a spec has started. */
const endPrograms = async (): Promise<void> => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
}

/** Ends what each spec of a suite has started, and removes its files. */
export const endProgramsAfterEach = (): void => {
  jest.setTimeout(30_000)
  afterEach(endPrograms)
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
}

export const fileOf = (content: unknown): string => {
  const path = join(folder, 'credentials.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
  return path
}

export interface Program {
  readonly lines: string[]
  readonly errors: () => string
  /** Waits for a line that is this text, the first, second … time. */
  readonly says: (line: string, times?: number) => Promise<void>
  /** Waits for lines in which there is this. */
  readonly shows: (pattern: RegExp) => Promise<void>
  readonly exit: Promise<{ code: number | null; signal: string | null }>
  readonly interrupt: (signal?: 'SIGINT' | 'SIGKILL' | 'SIGTERM') => void
}

/** Starts the example as a user does. */
export const start = (...options: string[]): Program => startIn([], ...options)

export /** The same with something that is loaded before. */
const startIn = (before: readonly string[], ...options: string[]): Program => startWith(root, before, options)

/** The same in another folder. */
export const startFrom = (cwd: string, ...options: string[]): Program => startWith(cwd, [], options)

/** The same behind a process that does nothing but start it, as the shell does that npm starts a script in. */
export const startBehind = (...options: string[]): Program => {
  const program = [require.resolve('tsx'), join(root, 'docs/examples/authenticate.ts'), ...options]
  const shell = `require('child_process').spawn(process.execPath, ['--import', ...${JSON.stringify(program)}], { stdio: 'inherit' })`
  return run(root, ['--eval', shell])
}

const startWith = (cwd: string, before: readonly string[], options: readonly string[]): Program => {
  const imports = [require.resolve('tsx'), ...before].flatMap(module => ['--import', module])
  return run(cwd, [...imports, join(root, 'docs/examples/authenticate.ts'), ...options])
}

const run = (cwd: string, options: readonly string[]): Program => {
  const child = spawn(process.execPath, options, {
    cwd,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  const news = new EventEmitter()
  const lines: string[] = []
  let rest = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    news.emit('line')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const exit = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    news.emit('line')
    expect(lines.join('\n') + rest + errors).not.toContain('SECRET')
    return { code, signal } as Awaited<Program['exit']>
  })
  const until = async (isSo: () => boolean, sought: string): Promise<void> => {
    while (!isSo()) {
      if (child.exitCode !== null)
        throw new Error(`ended without "${sought}":\n${lines.join('\n')}\n${errors}`)
      await once(news, 'line')
    }
  }
  return {
    lines,
    errors: () => errors,
    says: (line, times = 1) => until(() => lines.filter(said => said === line).length >= times, line),
    shows: pattern => until(() => pattern.test(lines.join('\n')), pattern.source),
    exit,
    interrupt: (signal = 'SIGINT') => {
      child.kill(signal)
    },
  }
}
