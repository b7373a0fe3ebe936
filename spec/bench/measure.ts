/** What is done with the text of one frame. Its result has to be kept somewhere, or the work may be left out. */
type Act = (text: string) => void

/** One line of a table: figures, one of them bounded. */
export interface Row {
  readonly name: string
  readonly figures: Readonly<Record<string, number>>
  readonly bounded?: { readonly value: number; readonly atMost?: number; readonly atLeast?: number }
}

export interface Compared {
  /** ns a frame, each the median of its rounds. */
  readonly times: readonly number[]
  /** How much longer each takes than the first, as the median over the rounds. */
  readonly ratios: readonly number[]
}

const ROUNDS = 101

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN

/** The value that this part of them does not exceed. */
export const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN

const time = (act: Act, text: string, times: number): number => {
  const begin = process.hrtime.bigint()
  for (let n = 0; n < times; n++) act(text)
  return Number(process.hrtime.bigint() - begin) / times
}

/**
 * Times the acts in turn, round by round. Every other round has the reverse order. Takes the median of the ratios of
 * the rounds: the speed of a machine drifts, the ratio of neighbours does not.
 */
export const compare = (
  acts: readonly { readonly act: Act; readonly text: string; readonly times: number }[],
): Compared => {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const turns = acts.map((turn, index) => ({ ...turn, index }))
    const taken = acts.map(() => NaN)
    for (const { act, text, times, index } of round % 2 === 0 ? turns : turns.reverse())
      taken[index] = time(act, text, times)
    return taken
  })
  return {
    times: acts.map((_, index) => median(rounds.map(taken => taken[index] ?? NaN))),
    ratios: acts.map((_, index) => median(rounds.map(taken => (taken[index] ?? NaN) / (taken[0] ?? NaN)))),
  }
}

/** A row with a bound and no other figure. */
export const boundedRow = (
  name: string,
  value: number,
  bound: { readonly atMost?: number; readonly atLeast?: number },
): Row => ({ name, figures: {}, bounded: { value, ...bound } })

const isMet = ({ bounded }: Row): boolean =>
  !bounded ||
  (bounded.value <= (bounded.atMost ?? Infinity) && bounded.value >= (bounded.atLeast ?? -Infinity))

const shown = (value: number | undefined): string =>
  value === undefined ? '' : value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en')

const boundOf = ({ bounded }: Row): string =>
  bounded?.atMost !== undefined
    ? `≤ ${bounded.atMost}`
    : bounded?.atLeast !== undefined
      ? `≥ ${bounded.atLeast}`
      : ''

/** In the form of the README, which shows some of it: names to the left, figures to the right. */
const table = (header: readonly string[], lines: readonly (readonly string[])[]): string => {
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map(line => line[column]?.length ?? 0)),
  )
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [header.map(cell), rule, ...lines.map(line => line.map(cell))]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}

/** Shows the rows, and ends the process: with 1 where a bound is missed. `column` says what is bounded. */
export const conclude = (title: string, column: string, rows: readonly Row[]): never => {
  const figures = [...new Set(rows.flatMap(row => Object.keys(row.figures)))]
  const lines = rows.map(row => [
    row.name,
    ...figures.map(figure => shown(row.figures[figure])),
    shown(row.bounded?.value),
    boundOf(row) + (isMet(row) ? '' : ' MISSED'),
  ])
  console.log(`\n${title}\n\n${table(['', ...figures, column, 'bound'], lines)}`)
  return process.exit(rows.every(isMet) ? 0 : 1)
}
