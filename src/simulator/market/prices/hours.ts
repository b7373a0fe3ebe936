import { symbolKey } from './days'
import type { Days, Outline, SymbolOptions } from './days'
import { HOUR } from '../../../time/constants'
import { LEAST_RANGE, writePath } from './path'
import type { Shape } from './path'
import { partKey, nth, uniform } from '../model/random'
import type { OpenHour } from '../calendar/sessions'

/** An hour before its ticks are made, in the smallest steps of the price. */
export interface PlannedHour extends Outline, OpenHour {
  readonly key: number
  /** The ask before the first tick, and after the last. */
  readonly askBefore: number
  readonly askAfter: number
  /** The maximum added to the minimum spread, without a step or two. */
  readonly extraSpread: number
}

/** Enough changes of a side for the path of an hour. */
const LEAST_VOLUME = 60

const HOURS_PART = 3
const SPREAD_PART = 4

/** Quiet hours have wider spreads. The hour after the change of the day has the widest. */
const widening = (shown: number, busy: number): number => (shown === 0 ? 4 : busy < 0.5 ? 2 : 1)

/** A bid near the last one, within the bounds of the day, but different from it. */
const nextTo = (last: number, { high, low }: Shape, random: number): number => {
  const away = 1 + Math.floor((Math.abs(2 * random - 1) * (high - low)) / 200)
  const [first, second] = random < 0.5 ? [last - away, last + away] : [last + away, last - away]
  const within = [first, second].find(price => price >= low && price <= high)
  return within ?? (last < high ? last + 1 : last - 1)
}

/** The bounds of an open and a piece of the day's path, with room for a path between them. */
const boundsOf = (
  open: number,
  piece: Int32Array,
  day: Shape,
): { readonly high: number; readonly low: number } => {
  const highest = piece.reduce((high, price) => Math.max(high, price), open)
  const lowest = piece.reduce((low, price) => Math.min(low, price), open)
  const high = Math.min(day.high, Math.max(highest, lowest + LEAST_RANGE))
  return { high, low: Math.min(lowest, high - LEAST_RANGE) }
}

/** Splits a whole number by weights into parts with the same sum. */
const split = (total: number, weights: readonly number[]): number[] => {
  const weight = weights.reduce((sum, part) => sum + part, 0)
  let sum = 0
  let given = 0
  return weights.map((part, i) => {
    sum += part
    const until = i === weights.length - 1 ? total : Math.floor((total * sum) / weight)
    const share = until - given
    given = until
    return share
  })
}

/**
 * The hours of a day in which a symbol trades. The first opens and the last closes with the day. One of them has
 * its high, one its low, and their volumes add up to its volume.
 */
export const createHours = (
  options: SymbolOptions,
  days: Days,
): ((day: number) => readonly PlannedHour[]) => {
  const { character, sessions } = options
  const hoursKey = partKey(symbolKey(options), HOURS_PART)
  const spreadKey = partKey(symbolKey(options), SPREAD_PART)

  const spreadAfter = (end: number): number =>
    character.spread +
    Math.floor(uniform(spreadKey, end) * (Math.min(character.extraSpread, character.spread) + 1))
  const spreadAfterDay = (day: number): number => spreadAfter(-day)

  return day => {
    const outline = days.outlineOf(day)
    const key = partKey(hoursKey, -day)
    const hours = sessions.hoursOf(day)
    const busy = hours.map(({ shown }) => character.hours[shown] ?? 1)
    const parts = hours.map(({ from, to }, i) => ((to - from) / HOUR) * (busy[i] ?? 1))
    const volumes = split(
      outline.volume - LEAST_VOLUME * hours.length,
      parts.map((part, i) => part * (0.7 + 0.6 * uniform(key, -100 - i))),
    )
    // Busy hours have more of the day's path.
    const pieces = parts.map(part => 2 + Math.round(16 * Math.min(part, 2)))
    const path = new Int32Array(pieces.reduce((sum, piece) => sum + piece, 0))
    writePath(outline, path.length, key, path)

    let bid = days.closeBefore(day)
    let ask = bid + spreadAfterDay(sessions.dayBefore(day))
    let begin = 0
    return hours.map(({ start, from, to, shown }, i) => {
      const piece = path.subarray(begin, begin + (pieces[i] ?? 0))
      begin += piece.length
      const open = i === 0 ? outline.open : nextTo(bid, outline, uniform(key, -200 - i))
      const close = nth(piece, piece.length - 1)
      const index = start / HOUR
      const askBefore = ask
      bid = close
      ask = close + (i === hours.length - 1 ? spreadAfterDay(day) : spreadAfter(index))
      const { high, low } = boundsOf(open, piece, outline)
      // Field by field: a spread would take ten times as long.
      return {
        start,
        from,
        to,
        shown,
        open,
        high,
        low,
        close,
        volume: LEAST_VOLUME + (volumes[i] ?? 0),
        key: partKey(hoursKey, index),
        askBefore,
        askAfter: ask,
        extraSpread: character.extraSpread * widening(shown, busy[i] ?? 1),
      }
    })
  }
}
