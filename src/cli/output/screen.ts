import type { Size, Terminal } from '../terminal'

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
/** A line that is too long is cut, so that each one takes one row. */
const NO_WRAP = '\u001b[?7l'
const WRAP = '\u001b[?7h'
const CLEAR_BELOW = '\u001b[J'

const up = (rows: number): string => (rows === 0 ? '\r' : `\r\u001b[${rows}A`)

/** Lines that stay, and below them a block that changes in place. */
export interface Screen {
  readonly line: (text: string) => void
  readonly block: (text: string) => void
  /** Removes the `^C` that the terminal shows, at once or at the end. */
  readonly interrupt: (when: 'now' | 'end') => void
  /** Leaves the last block, and the terminal as it was. */
  readonly end: () => void
}

/**
 * A screen with a block that changes in place. The cursor is on the row below the block, so that the `^C` of an
 * interrupt does not spoil it, and can be removed.
 */
export const createScreen = ({ out, size }: Pick<Terminal, 'out' | 'size'>): Screen => {
  let shown = ''
  let rows = 0
  let isUsed = false
  const erase = (): string => `${up(rows)}${CLEAR_BELOW}`
  const visible = (text: string, { rows }: Size): readonly string[] => text.split('\n').slice(0, rows - 1)
  const draw = (before: string): void => {
    const room = size()
    const lines = shown === '' || !room ? [] : visible(shown, room)
    out(`${HIDE_CURSOR}${NO_WRAP}${erase()}${before}${lines.map(line => `${line}\n`).join('')}${WRAP}`)
    rows = lines.length
    isUsed = true
  }
  return {
    line: text => {
      if (shown === '') out(`${text}\n`)
      else draw(`${WRAP}${text}\n${NO_WRAP}`)
    },
    block: text => {
      if (text === shown) return
      shown = text
      draw('')
    },
    interrupt: when => {
      isUsed = true
      if (when === 'now') out(`\r${CLEAR_BELOW}`)
    },
    end: () => {
      if (isUsed) out(`\r${CLEAR_BELOW}${WRAP}${SHOW_CURSOR}`)
    },
  }
}
