import { HOUR } from './constants'

/**
 * The clock of trading days. A trading day opens at 17:00 New York and has the date on which it ends. On this clock
 * it opens at midnight. Times are in ms since the epoch; readings of this clock are written as if they were UTC.
 */

const OPENS_BEFORE_MIDNIGHT = 7
const SUMMER = 4

let clock: Intl.DateTimeFormat | undefined

/** The UTC offset of New York: 4 hours in summer, 5 in winter. */
const hoursBehind = (at: number): number => {
  // Made on first use: it is slow, and not every program has daily bars.
  clock ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/New_York',
    hour: 'numeric',
    hourCycle: 'h23',
  })
  return (new Date(at).getUTCHours() + 24 - Number(clock.format(at))) % 24
}

/** The reading of this clock at a time. */
export const toTradingTime = (at: number): number => at + (OPENS_BEFORE_MIDNIGHT - hoursBehind(at)) * HOUR

/** When this clock first has a reading. In autumn, when the clocks are set back, it has some twice. */
export const fromTradingTime = (shown: number): number => {
  const inSummer = shown - (OPENS_BEFORE_MIDNIGHT - SUMMER) * HOUR
  return hoursBehind(inSummer) === SUMMER ? inSummer : inSummer + HOUR
}
