import {
  ProtoOADayOfWeek,
  ProtoOASwapCalculationType,
  ProtoOATradeSide,
} from '../../../protocol/messages/enums'
import type { ProtoOASymbol } from '../../../protocol/messages/symbols'
import type { ListedSymbol } from '../../market/model/market'
import { toTradingDay, openingTime } from '../../market/calendar/newYork'
import type { Position } from '../state/records'
import { round } from '../state/rounding'
import { DAY, HOUR, MINUTE } from '../../../time/constants'

const DAYS_OF_A_YEAR = 365

/** When the next swap is due: every `swapPeriod` from `swapTime` UTC on, or at 17:00 New York if no time is set. */
export const nextSwap = ({ swapTime, swapPeriod = 24 }: ProtoOASymbol, after: number): number => {
  if (swapTime === undefined) return openingTime(toTradingDay(after) + 1)
  const period = swapPeriod * HOUR
  const first = Math.floor(after / DAY) * DAY - DAY + swapTime * MINUTE
  return first + (Math.floor((after - first) / period) + 1) * period
}

const dayOfWeek = (at: number): ProtoOADayOfWeek => {
  const day = new Date(at).getUTCDay()
  return day === 0 ? ProtoOADayOfWeek.SUNDAY : (day as ProtoOADayOfWeek)
}

/** How many days' swap is due at a time: 3 on the triple day, 0 at weekends unless the symbol says otherwise. */
export const swapDays = (terms: ProtoOASymbol, at: number): number => {
  const day = dayOfWeek(at)
  if (day === (terms.swapRollover3Days ?? ProtoOADayOfWeek.MONDAY)) return 3
  const isWeekend = day === ProtoOADayOfWeek.SATURDAY || day === ProtoOADayOfWeek.SUNDAY
  return isWeekend && terms.chargeSwapAtWeekends !== true ? 0 : 1
}

/** The swap of one day, in money: negative when charged. `price` is the market's, in 1/100000. */
export const dailySwap = (
  { terms }: ListedSymbol,
  { tradeSide, volume }: Position,
  price: number,
  quoteToDeposit: number,
  days: number,
  moneyDigits: number,
): number => {
  const swap = (tradeSide === ProtoOATradeSide.BUY ? terms.swapLong : terms.swapShort) ?? 0
  const units = volume / 100
  const perUnit = (): number => {
    switch (terms.swapCalculationType) {
      case ProtoOASwapCalculationType.PERCENTAGE:
        return ((swap / 100 / DAYS_OF_A_YEAR) * price) / 100_000
      case ProtoOASwapCalculationType.POINTS:
        return swap / 10 ** terms.digits
      default:
        return swap / 10 ** terms.pipPosition
    }
  }
  return round(perUnit() * units * days * quoteToDeposit * 10 ** moneyDigits)
}
