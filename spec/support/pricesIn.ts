import { PayloadType } from 'rx-ctrader'
import type { ProtoOADepthEvent, ProtoOASpotEvent } from 'rx-ctrader/protocol'
import type { RawFrame } from './rawClient'

const { PROTO_OA_DEPTH_EVENT, PROTO_OA_SPOT_EVENT } = PayloadType

/** What the frames say in the end: sides, the newest bar of each period, and the book. */
export const pricesIn = (frames: readonly RawFrame[]) => {
  const sides = new Map<string, number>()
  const bars = new Map<string, object>()
  const book = new Map<number, readonly unknown[]>()
  for (const { payloadType, payload = {} } of frames) {
    if (payloadType === PROTO_OA_SPOT_EVENT) {
      const { symbolId, bid, ask, trendbar = [] } = payload as unknown as ProtoOASpotEvent
      if (bid !== undefined) sides.set(`bid ${symbolId}`, bid)
      if (ask !== undefined) sides.set(`ask ${symbolId}`, ask)
      for (const bar of trendbar) bars.set(`${symbolId} ${bar.period ?? 0}`, bar)
    }
    if (payloadType !== PROTO_OA_DEPTH_EVENT) continue
    const { newQuotes = [], deletedQuotes = [] } = payload as unknown as ProtoOADepthEvent
    for (const id of deletedQuotes) book.delete(id)
    for (const { id, ask, bid, size } of newQuotes) book.set(id, [bid ?? 0, ask ?? 0, size])
  }
  const sorted = <T>(map: ReadonlyMap<unknown, T>): readonly string[] =>
    [...map].map(entry => JSON.stringify(entry)).sort()
  return {
    sides: sorted(sides),
    bars: sorted(bars),
    book: [...book.values()].map(quote => JSON.stringify(quote)).sort(),
  }
}
export type Prices = ReturnType<typeof pricesIn>
