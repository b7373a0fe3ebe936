import { barTimeFinder } from '../../time/barPeriods'
import type { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import type { ProtoOASpotEvent } from '../../protocol/messages/quotes'
import { toWireBar } from '../../protocol/wireBar'
import type { WireBar } from '../../protocol/wireBar'
import { DAY } from '../../time/constants'

/** A bar that begins after the time of its own price is invalid, and would hide all others. */
const isInTime = (bar: WireBar, { timestamp = Infinity }: ProtoOASpotEvent): boolean =>
  bar.timestamp <= timestamp + DAY

/**
 * The forming bar after a spot event. The same object if the event does not concern it. A later bar if it has
 * closed.
 */
export const formingBars = (
  period: ProtoOATrendbarPeriod,
): (<F extends WireBar | undefined>(forming: F, event: ProtoOASpotEvent) => WireBar | F) => {
  const barTimeAt = barTimeFinder(period)
  let time = { from: NaN, until: NaN }
  const endOf = ({ timestamp }: WireBar): number => {
    if (timestamp !== time.from) time = { from: timestamp, until: barTimeAt(timestamp).until }
    return time.until
  }
  /** The event that was counted last, so that an event that comes twice counts once. */
  let counted: ProtoOASpotEvent | undefined
  const isNew = ({ bid, ask, timestamp }: ProtoOASpotEvent): boolean =>
    counted?.bid !== bid || counted?.ask !== ask || counted?.timestamp !== timestamp

  return (forming, event) => {
    const { bid, ask, timestamp = -Infinity, trendbar = [] } = event
    const live = trendbar.find(bar => bar.period === period)
    if (bid && live) {
      const bar = toWireBar(live, bid)
      return bar && bar.timestamp >= (forming?.timestamp ?? -Infinity) && isInTime(bar, event) ? bar : forming
    }
    // A price counts as a tick even if its event has no bar: an ask has none, and the period of a bar may be
    // unknown. But a bid without any bar is not a new price: it only repeats the current one.
    const isPrice = bid ? trendbar.length > 0 : ask
    if (isPrice && forming && timestamp < endOf(forming) && isNew(event)) {
      counted = event
      const { high, low, volume } = forming
      return {
        ...forming,
        ...(bid && { high: Math.max(high, bid), low: Math.min(low, bid), close: bid }),
        volume: volume + (bid ? 1 : 0) + (ask ? 1 : 0),
      }
    }
    return forming
  }
}
