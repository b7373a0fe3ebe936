import { CommanderError } from 'commander'
import type { Definition } from './definition'
import { exitCodes } from './outcome'
import type { ExitCode } from './outcome'
import { createProgram } from './program'
import type { Asked } from './program'
import type { Terminal } from './terminal'

/** The command that the arguments ask for, or the exit code if that is all: of a mistake, or of the help. */
export const parse = (
  args: readonly string[],
  terminal: Pick<Terminal, 'err' | 'out' | 'size'>,
  known: readonly Definition[],
): Asked | ExitCode => {
  let asked: Asked | undefined
  const program = createProgram(known, terminal, one => {
    asked = one
  })
  try {
    program.parse(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exitCodes.done : exitCodes.mistake
  }
  return asked ?? exitCodes.done
}
