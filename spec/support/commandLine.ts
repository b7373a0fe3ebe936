import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Subject, Subscription, firstValueFrom, from, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { run as runCommandLine } from '../../src/cli/run'
import type { Size, Terminal } from '../../src/cli/terminal'

/** A command line that was run in this process. */
export interface CommandRun {
  readonly out: () => string
  readonly err: () => string
  /** Both, as a terminal shows them. */
  readonly all: () => string
  /** The values of the lines on standard output. */
  readonly json: () => readonly unknown[]
  /** Resolves when something was written after which this holds. */
  readonly until: (holds: (text: string) => boolean) => Promise<void>
  readonly stop: () => void
  readonly exitCode: Promise<number>
}

export interface RunOptions {
  readonly size?: Size
  readonly env?: Readonly<Record<string, string>>
  readonly folder?: string
  /** What the user answers, one question after the other. */
  readonly answers?: readonly string[]
  /** Or what the user answers later. */
  readonly ask?: (question: string) => Promise<string>
  /** Called with a page that is to be opened. */
  readonly open?: (url: string) => void
}

const waitFor = async (
  text: () => string,
  changed$: Observable<unknown>,
  holds: (text: string) => boolean,
) => {
  while (!holds(text())) await firstValueFrom(changed$)
}

/** Runs a command line in this process, on a terminal that notes everything. */
export const runInProcess = (args: readonly string[], options: RunOptions = {}): CommandRun => {
  const { size, env = {}, folder = tmpdir(), answers, ask, open } = options
  const stop$ = new Subject<void>()
  const changed$ = new Subject<void>()
  let [out, err, all] = ['', '', '']
  const pending = [...(answers ?? [])]
  const note = (text: string): void => {
    err += text
    all += text
    changed$.next()
  }
  const terminal: Terminal = {
    out: text => {
      out += text
      all += text
      changed$.next()
    },
    err: note,
    size: () => size,
    stop$,
    open: open ?? (() => undefined),
    env,
    folder,
    home: join(folder, 'home'),
    platform: 'linux',
    ...(ask && {
      ask: question => {
        note(question)
        return from(ask(question))
      },
    }),
    ...(answers && {
      ask: question => {
        note(question)
        const answer = pending.shift()
        return answer === undefined ? throwError(() => new Error(`no answer to ${question}`)) : of(answer)
      },
    }),
  }
  return {
    out: () => out,
    err: () => err,
    all: () => all,
    json: () =>
      out
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    until: holds => waitFor(() => out + err, changed$, holds),
    stop: () => {
      stop$.next()
    },
    exitCode: runCommandLine(args, terminal),
  }
}

/** What a command wrote, and its exit code. */
export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A simulator behind a port, and a folder with its credentials. */
export interface CommandLine {
  readonly broker: Simulator
  readonly url: string
  readonly folder: string
  readonly credentials: string
  readonly start: (args: readonly string[], options?: RunOptions) => CommandRun
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Ended>
  readonly close: () => void
}

const identity = { accountId: 12345678, clientId: 'demo', clientSecret: 'demo', accessToken: 'demo' }

/** A Wednesday at noon, when markets are open. */
export const NOON = Date.UTC(2031, 0, 8, 12)

/** Serves a simulator, with a folder for commands. */
export const commandLine = async (options: SimulatorOptions = {}): Promise<CommandLine> => {
  const broker = createSimulator({ start: NOON, ...options })
  const serving = new Subscription()
  const served = new Subject<{ readonly url: string }>()
  const listening = firstValueFrom(served)
  serving.add(serveSimulator(broker, { port: 0, consent: true }).subscribe(served))
  const { url } = await listening
  const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-cli-'))
  const credentials = join(folder, 'credentials.json')
  const content = { ...identity, refreshToken: 'demo-refresh', environment: 'demo', server: url }
  writeFileSync(credentials, JSON.stringify(content), { mode: 0o600 })
  const start: CommandLine['start'] = (args, given) => runInProcess(args, { folder, ...given })
  return {
    broker,
    url,
    folder,
    credentials,
    start,
    run: async (args, given) => {
      const one = start(args, given)
      const code = await one.exitCode
      return { code, out: one.out(), err: one.err() }
    },
    close: () => {
      serving.unsubscribe()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
