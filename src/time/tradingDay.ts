import { HOUR } from './constants'

/**
 * The clock of trading days. A trading day opens at 17:00 New York and is called by the date on which it ends; on
 * this clock it opens at midnight. Times are ms since the epoch, those of this clock as if it were UTC.
 */

const OPENS_BEFORE_MIDNIGHT = 7
const SUMMER = 4

let clock: Intl.DateTimeFormat | undefined

/** How far the clocks of New York are behind: 4 hours in summer, 5 in winter. */
const hoursBehind = (at: number): number => {
  // Made when needed: it takes its time, and not every program has bars of days.
  clock ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/New_York',
    hour: 'numeric',
    hourCycle: 'h23',
  })
  return (new Date(at).getUTCHours() + 24 - Number(clock.format(at))) % 24
}

/** What this clock shows at a time. */
export const toTradingTime = (at: number): number => at + (OPENS_BEFORE_MIDNIGHT - hoursBehind(at)) * HOUR

/** When this clock shows a time first: in autumn, when the clocks are set back, it shows some twice. */
export const fromTradingTime = (shown: number): number => {
  const inSummer = shown - (OPENS_BEFORE_MIDNIGHT - SUMMER) * HOUR
  return hoursBehind(inSummer) === SUMMER ? inSummer : inSummer + HOUR
}
