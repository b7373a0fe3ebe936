/** A piece of a line in one style. */
export interface Piece {
  readonly text: string
  readonly style: string
}

const sgr: Readonly<Record<string, string>> = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow' }
/** What ends a style. */
const plain: ReadonlySet<string> = new Set(['0', '', '22', '39'])

interface Cell {
  readonly character: string
  readonly style: string
}

const piecesOf = (cells: readonly Cell[]): readonly Piece[] =>
  cells.reduce((pieces: readonly Piece[], { character, style }) => {
    const last = pieces.at(-1)
    return last?.style === style
      ? [...pieces.slice(0, -1), { style, text: last.text + character }]
      : [...pieces, { style, text: character }]
  }, [])

// eslint-disable-next-line no-control-regex -- It reads control sequences.
const sequences = /\u001b\[([?\d]*)([A-Za-z])|([^\u001b])/g

/** What a terminal shows after all of a text, for the sequences that the command writes. */
export const screenText = (text: string): readonly (readonly Piece[])[] => {
  const rows: Cell[][] = [[]]
  let [row, column, style] = [0, 0, '']
  for (const [, sequence, last = '', character = ''] of text.matchAll(sequences)) {
    if (last === 'A') row = Math.max(0, row - Number(sequence))
    else if (last === 'J') {
      rows.length = row + 1
      rows[row]?.splice(column)
    } else if (last === 'm') style = plain.has(sequence ?? '') ? '' : (sgr[sequence ?? ''] ?? '')
    else if (character === '\r') column = 0
    else if (character === '\n') {
      row += 1
      column = 0
      rows[row] ??= []
    } else if (character !== '') {
      const cells = (rows[row] ??= [])
      cells[column] = { character, style }
      column += 1
    }
  }
  return rows.map(piecesOf)
}
