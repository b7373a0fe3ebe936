import { invalidOption } from '../../../errors'
import { checkNames } from '../../../options'
import { HOUR } from '../../../time/constants'
import type { Sessions } from '../calendar/sessions'
import type { ListedSymbol } from '../model/market'
import { barPath } from './barPath'
import type { PathBar } from './barPath'
import { createColumnWriter } from './columns'
import type { ColumnWriter, TickColumns } from './columns'
import type { History, HistoryBar, HistoryOfBars, HistoryOfTicks, HistoryReport } from './history'
import { longestBar } from './periodLengths'

/** A history that was read and checked. Any number of markets may share it: they do not change it. */
export interface PreparedHistory {
  readonly symbolId: number
  readonly columns: TickColumns
  /** The longest usual time between two prices, in ms. */
  readonly longestPause: number
  readonly report: HistoryReport
}

/** Turns a price into the smallest steps of its symbol. Throws `InvalidOption` with the name of the field. */
type ToSteps = (field: string, price: unknown) => number

interface Counted {
  readonly count: number
  readonly duplicates: number
}

const namesOfBars = { symbol: true, period: true, bars: true, spread: true }
const namesOfTicks = { symbol: true, ticks: true }

const isIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Symbol.iterator in value

const MOST_STEPS = 2 ** 31 - 1

const stepsOf =
  (digits: number): ToSteps =>
  (field, price) => {
    if (typeof price !== 'number' || !Number.isFinite(price)) throw invalidOption(field, 'must be a number')
    const steps = Math.round(price * 10 ** digits)
    if (steps > MOST_STEPS) throw invalidOption(field, 'is too large for the digits of the symbol')
    return steps
  }

const checkPrice = (field: string, steps: number): number => {
  if (steps <= 0) throw invalidOption(field, 'must be above 0')
  return steps
}

const checkTime = (field: string, time: unknown, last: number): number => {
  if (!Number.isSafeInteger(time)) throw invalidOption(field, 'must be a whole number of ms since the epoch')
  if (Number(time) < last) throw invalidOption(field, 'is earlier than the one before it')
  return Number(time)
}

/** A whole volume in whole parts. */
const partOf = (volume: number, parts: number, index: number): number =>
  Math.floor(((index + 1) * volume) / parts) - Math.floor((index * volume) / parts)

/** So that the line can be found in a file. */
const inBar = (from: number): string => `, in the bar of ${new Date(from).toISOString()}`

const isSame = (one: HistoryBar, other: HistoryBar): boolean =>
  one.open === other.open && one.high === other.high && one.low === other.low && one.close === other.close

/** A bar whose end is not known before the next one. */
interface OpenBar extends Omit<PathBar, 'until'> {
  readonly spread: number
  readonly volume: number | undefined
}

const writePath = ({ add }: ColumnWriter, bar: OpenBar, until: number): void => {
  const path = barPath({ ...bar, until })
  // A price changes both sides, so each point counts twice.
  const volume = Math.max(Math.round(bar.volume ?? 2 * path.length), path.length)
  path.forEach(({ at, bid }, i) => {
    add(at, bid, bid + bar.spread, partOf(volume, path.length, i), i === 0 ? 0 : 1)
  })
}

const readBars = (history: HistoryOfBars, option: string, digits: number, writer: ColumnWriter): Counted => {
  const { bars, period, spread: usual = 0 } = history
  const length = longestBar(`${option}.period`, period)
  const toSteps = stepsOf(digits)
  let read = 0
  let duplicates = 0
  let last: { readonly bar: HistoryBar; readonly open: OpenBar } | undefined
  for (const bar of bars) {
    const field = `${option}.bars.${read}`
    const from = checkTime(`${field}.timestamp`, bar.timestamp, last?.open.from ?? -Infinity)
    read += 1
    if (last?.open.from === from) {
      if (!isSame(bar, last.bar))
        throw invalidOption(
          `${field}.timestamp`,
          `is that of the bar before it, with other prices${inBar(from)}`,
        )
      duplicates += 1
      continue
    }
    const price = (name: 'open' | 'high' | 'low' | 'close'): number =>
      checkPrice(`${field}.${name}`, toSteps(`${field}.${name}`, bar[name]))
    const [open, high, low, close] = [price('open'), price('high'), price('low'), price('close')]
    if (low > Math.min(open, close))
      throw invalidOption(`${field}.low`, `is above the open or the close${inBar(from)}`)
    if (high < Math.max(open, close))
      throw invalidOption(`${field}.high`, `is below the open or the close${inBar(from)}`)
    const given = bar.spread ?? (typeof usual === 'function' ? usual(bar) : usual)
    const spread = toSteps(`${field}.spread`, given)
    if (spread < 0) throw invalidOption(`${field}.spread`, 'must not be negative')
    if (last) writePath(writer, last.open, Math.min(last.open.from + length, from))
    last = { bar, open: { from, open, high, low, close, spread, volume: bar.volume } }
  }
  if (last) writePath(writer, last.open, last.open.from + length)
  return { count: read - duplicates, duplicates }
}

const readTicks = (
  history: HistoryOfTicks,
  option: string,
  digits: number,
  writer: ColumnWriter,
): Counted => {
  const toSteps = stepsOf(digits)
  let read = 0
  let duplicates = 0
  let last = -Infinity
  for (const { timestamp, bid, ask } of history.ticks) {
    const field = `${option}.ticks.${read}`
    const time = checkTime(`${field}.timestamp`, timestamp, last)
    const [newBid, newAsk] = [toSteps(`${field}.bid`, bid), toSteps(`${field}.ask`, ask)]
    checkPrice(`${field}.bid`, newBid)
    if (newAsk < newBid) throw invalidOption(`${field}.ask`, 'is below the bid')
    if (time === last) duplicates += 1
    writer.add(time, newBid, newAsk, 2, 0)
    read += 1
    last = time
  }
  return { count: read - duplicates, duplicates }
}

/** A shorter time without prices is no gap. */
const LEAST_GAP = HOUR

/** Whether a symbol trades for an hour or more in a time, by its schedule. */
const tradesIn = (sessions: Sessions, from: number, to: number): boolean => {
  for (let at = from + HOUR; at <= to; at += HOUR)
    if (sessions.isOpen(at - HOUR) && sessions.isOpen(at)) return true
  return false
}

const judge = (
  { count, time }: TickColumns,
  longestPause: number,
  sessions: Sessions,
): Pick<HistoryReport, 'gaps' | 'outsideSchedule'> => {
  const gaps: { from: number; to: number }[] = []
  let outsideSchedule = 0
  for (let i = 0; i < count; i += 1) {
    const at = time[i] ?? 0
    const before = time[i - 1] ?? at
    if (at - before > longestPause && tradesIn(sessions, before, at)) gaps.push({ from: before, to: at })
    if (!sessions.isOpen(at)) outsideSchedule += 1
  }
  return { gaps, outsideSchedule }
}

/**
 * Reads the history of a symbol. Throws `InvalidOption` with the name of the field, such as `history.0.bars.17.high`,
 * where something is not as it must be. Nothing is corrected.
 */
export const readHistory = (
  history: History,
  option: string,
  { light, terms }: ListedSymbol,
  sessions: Sessions,
): PreparedHistory => {
  const isOfBars = 'bars' in history
  checkNames(history, isOfBars ? namesOfBars : namesOfTicks, `${option}.`)
  if (!isIterable(isOfBars ? history.bars : history.ticks))
    throw invalidOption(`${option}.${isOfBars ? 'bars' : 'ticks'}`, 'must be a list')
  const writer = createColumnWriter()
  const read = 'bars' in history ? readBars : readTicks
  const counted = (read as (...given: Parameters<typeof readBars>) => Counted)(
    history as HistoryOfBars,
    option,
    terms.digits,
    writer,
  )
  const columns = writer.columns()
  if (columns.count === 0) throw invalidOption(option, 'has no prices')
  const longestPause = 'bars' in history ? Math.max(LEAST_GAP, longestBar(option, history.period)) : LEAST_GAP
  return {
    symbolId: light.symbolId,
    columns,
    longestPause,
    report: {
      symbol: history.symbol,
      from: columns.time[0] ?? 0,
      to: columns.time[columns.count - 1] ?? 0,
      ...counted,
      ...judge(columns, longestPause, sessions),
    },
  }
}
