const BAR = 24
const SECOND = 1_000

const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')

const duration = (ms: number): string => {
  const seconds = Math.round(ms / SECOND)
  if (seconds < 60) return `${seconds} s`
  return seconds < 3_600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}

/** How far something has come. */
export interface Progress {
  /** From 0 to 1: at the beginning, and now. */
  readonly begun: number
  readonly done: number
  readonly rows: number
  /** Rows since the beginning, in this time in ms. */
  readonly newRows: number
  readonly elapsed: number
}

/** A line with a bar, the rate and the time left. */
export const progressLine = ({ begun, done, rows, newRows, elapsed }: Progress): string => {
  const full = Math.round(done * BAR)
  const bar = `${'#'.repeat(full)}${'.'.repeat(BAR - full)}`
  const percent = `${Math.floor(done * 100)} %`.padStart(5)
  const rate = elapsed > 0 ? `${grouped(Math.round((newRows * SECOND) / elapsed))}/s` : ''
  const isKnown = done > begun && done < 1
  const left = isKnown ? `${duration((elapsed * (1 - done)) / (done - begun))} left` : ''
  return [`[${bar}]`, percent, `${grouped(rows)} rows`, rate, left].filter(text => text !== '').join('  ')
}

export { duration, grouped }
