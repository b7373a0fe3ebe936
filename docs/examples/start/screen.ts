/** Where `npm start` writes to: lines that stay, and on a terminal below them a block that changes in place. */
import logUpdate from 'log-update'

export type Shown = { readonly line: string } | { readonly block: string }

/** One that does not say how wide it is has no place for a block. */
export const isTerminal = process.stdout.isTTY && process.stdout.columns > 0 && process.stdout.rows > 0

/** Shows one thing after the other; where there is no terminal, a block is nothing. */
export const screen = (): ((shown: Shown) => void) => {
  let block = ''
  return shown => {
    if ('line' in shown) {
      if (isTerminal) logUpdate.clear()
      console.log(shown.line)
      if (isTerminal && block !== '') logUpdate(block)
    } else if (isTerminal) {
      ;({ block } = shown)
      if (block === '') logUpdate.clear()
      else logUpdate(block)
    }
  }
}
