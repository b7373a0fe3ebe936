import type { Terminal } from '../terminal'
import { exitCodes } from '../outcome'
import type { ExitCode, Outcome } from '../outcome'
import { createScreen } from './screen'

/** How results are written: JSON, a screen that changes in place, or lines. */
export type Mode = 'json' | 'screen' | 'lines'

export interface Writer {
  readonly write: (outcome: Outcome) => void
  /** The user wants an end. The command may still write something, or not. */
  readonly interrupt: (when: 'now' | 'end') => void
  readonly end: () => void
  readonly exitCode: () => ExitCode
}

/** Writes what a command emits. */
export const createWriter = (terminal: Terminal, mode: Mode, isQuiet: boolean): Writer => {
  const screen = createScreen(terminal)
  let code: ExitCode = exitCodes.done
  const line = (text: string): void => {
    if (mode === 'screen') screen.line(text)
    else terminal.out(`${text}\n`)
  }
  return {
    write: outcome => {
      if ('exitCode' in outcome) code = outcome.exitCode
      else if ('block' in outcome) {
        if (mode === 'screen') screen.block(outcome.block)
      } else if ('json' in outcome) line(mode === 'json' ? JSON.stringify(outcome.json) : outcome.text)
      else if (!isQuiet) {
        if (mode === 'screen') screen.line(outcome.note)
        else terminal.err(`${outcome.note}\n`)
      }
    },
    interrupt: when => {
      if (mode === 'screen') screen.interrupt(when)
    },
    end: screen.end,
    exitCode: () => code,
  }
}
