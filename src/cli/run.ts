import type { Observable } from 'rxjs'
import { defer, delay, finalize, from, lastValueFrom, switchMap, takeUntil, tap } from 'rxjs'
import { hasReason, isCTraderError } from '../errors'
import type { CommonOptions, Context, Definition } from './definition'
import { definitions } from './definitions'
import { Failed, Mistake, exitCodes } from './outcome'
import type { ExitCode, Outcome } from './outcome'
import { colours } from './output/colours'
import { createWriter } from './output/writer'
import type { Mode } from './output/writer'
import { parse } from './parse'
import type { Asked } from './program'
import { explain } from './session/explain'
import type { Terminal } from './terminal'

/** The width of tables in files and pipes. */
const UNLIMITED = Infinity

const contextFor = (terminal: Terminal, { json, quiet, log, color }: CommonOptions): Context => {
  const isScreen = terminal.size() !== undefined
  const mode: Mode = json ? 'json' : isScreen ? 'screen' : 'lines'
  const isDrab = color === false || (terminal.env['NO_COLOR'] ?? '') !== '' || terminal.env['TERM'] === 'dumb'
  return {
    terminal,
    mode,
    colours: colours(isScreen && mode !== 'json' && !isDrab),
    room: () => terminal.size()?.columns ?? UNLIMITED,
    isQuiet: quiet ?? false,
    isLogged: log ?? false,
  }
}

/** A file or a port that could not be used. Its message names it. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException => {
  const { code, syscall } = Object(error) as Partial<NodeJS.ErrnoException>
  return typeof code === 'string' && typeof syscall === 'string'
}

/** What is written about an error, and the exit code. An error that is not expected keeps its stack. */
const failure = (error: unknown): readonly [text: string, ExitCode] => {
  if (error instanceof Mistake) return [error.message, exitCodes.mistake]
  if (error instanceof Failed) return [error.message, exitCodes.failed]
  if (isSystemError(error)) return [error.message, exitCodes.failed]
  if (!isCTraderError(error)) return [(error as Error).stack ?? String(error), exitCodes.failed]
  const isMistake = hasReason(error, 'InvalidOption', 'UnknownSymbol', 'InvalidOrder')
  return [explain(error), isMistake ? exitCodes.mistake : exitCodes.failed]
}

/** Runs a command. The promise has its exit code, and is not rejected. */
export const runCommand = async (
  { definition, args, options }: Asked,
  terminal: Terminal,
): Promise<ExitCode> => {
  const context = contextFor(terminal, options)
  const writer = createWriter(terminal, context.mode, context.isQuiet)
  const outcome$: Observable<Outcome> = defer(() => from(definition.load())).pipe(
    switchMap(run => run(args, options as never, context)),
  )
  const { endsWithin } = definition
  const stop$ = terminal.stop$.pipe(
    tap(() => {
      writer.interrupt(endsWithin === undefined ? 'end' : 'now')
    }),
  )
  const end$ = endsWithin === undefined ? stop$ : stop$.pipe(delay(endsWithin))
  const written$ = outcome$.pipe(tap(writer.write), takeUntil(end$), finalize(writer.end))
  try {
    await lastValueFrom(written$, { defaultValue: undefined })
    return writer.exitCode()
  } catch (error) {
    const [text, code] = failure(error)
    terminal.err(`${text}\n`)
    // What has failed says nothing of an order that is on its way.
    return writer.exitCode() === exitCodes.inDoubt ? exitCodes.inDoubt : code
  }
}

/** Runs a command line. The promise has its exit code, and is not rejected. */
export const run = async (
  args: readonly string[],
  terminal: Terminal,
  known: readonly Definition[] = definitions,
): Promise<ExitCode> => {
  const asked = parse(args, terminal, known)
  return typeof asked === 'number' ? asked : runCommand(asked, terminal)
}
