import type { QuoteSide } from '../../protocol/side'
import { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOASpotEvent, ProtoOATrendbar } from '../../protocol/messages/quotes'
import type { Market, Tick } from '../market/model/market'
import type { Session } from '../model/session'
import { createFormingBars } from './formingBars'
import { createSubscribers } from './subscribers'
import type { Audience, Subscriber } from './subscribers'
import { toLiveTrendbar } from './wire'
import { MINUTE } from '../../time/constants'

export interface SpotSubscription extends Subscriber {
  /** Whether events have a timestamp. */
  readonly timestamps: boolean
  /** The periods of the live trendbars, in rising order. */
  readonly periods: readonly ProtoOATrendbarPeriod[]
}

/** The spot events of one symbol. */
export interface SpotChannel {
  readonly isIdle: () => boolean
  readonly get: (session: Session, accountId: number) => SpotSubscription | undefined
  /** Sends both current sides, and from then on the changes. */
  readonly subscribe: (subscriber: Subscriber, timestamps: boolean, at: number) => void
  readonly setPeriods: (subscription: SpotSubscription, periods: ReadonlySet<ProtoOATrendbarPeriod>) => void
  readonly leave: (session: Session, accountId?: number) => void
  readonly take: (tick: Tick) => void
}

const { D1 } = ProtoOATrendbarPeriod

type IsMuted = (side: QuoteSide) => boolean

/** The parts of an event that are not muted; `undefined` if nothing is left. */
const told = (event: ProtoOASpotEvent, isMuted: IsMuted): ProtoOASpotEvent | undefined => {
  const [bidIsMuted, askIsMuted] = [isMuted('bid'), isMuted('ask')]
  if (!bidIsMuted && !askIsMuted) return event
  const { bid, ask, trendbar, ...rest } = event
  const ofBid = bidIsMuted || bid === undefined ? {} : { bid, ...(trendbar && { trendbar }) }
  const ofAsk = askIsMuted || ask === undefined ? {} : { ask }
  const sides = { ...ofBid, ...ofAsk }
  return Object.keys(sides).length === 0 ? undefined : { ...rest, ...sides }
}

export const createSpotChannel = (
  market: Market,
  symbolId: number,
  openedAt: number,
  isMuted: IsMuted = () => false,
): SpotChannel => {
  const subscribers = createSubscribers<SpotSubscription>(
    ({ accountId, timestamps, periods }) => `${accountId} ${timestamps} ${periods.join()}`,
  )
  const bars = createFormingBars(market, symbolId)
  let heardBy: readonly Audience<SpotSubscription>[] = []
  let minute: number | undefined
  let day = market.barOpening(symbolId, D1, openedAt)

  /** The close of the day before, if this tick begins a day: sent once a day. */
  const newSessionClose = ({ at }: Tick): number | undefined => {
    const tickMinute = Math.floor(at / MINUTE)
    if (tickMinute === minute) return undefined
    minute = tickMinute
    const before = day
    day = market.barOpening(symbolId, D1, at)
    return before === day ? undefined : market.sessionClose(symbolId, at)
  }

  const trendbars = (periods: readonly ProtoOATrendbarPeriod[]): readonly ProtoOATrendbar[] => {
    const found: ProtoOATrendbar[] = []
    for (const period of periods) {
      const bar = bars.get(period)
      if (bar) found.push(toLiveTrendbar(period, bar))
    }
    return found
  }

  return {
    isIdle: subscribers.isEmpty,
    get: subscribers.get,
    subscribe: ({ session, accountId }, timestamps, at) => {
      const { bid, ask, at: timestamp } = market.quoteAt(symbolId, at)
      subscribers.set({ session, accountId, timestamps, periods: [] })
      const first: ProtoOASpotEvent = {
        ctidTraderAccountId: accountId,
        symbolId,
        bid,
        ask,
        sessionClose: market.sessionClose(symbolId, at),
        ...(timestamps && { timestamp }),
      }
      const heard = told(first, isMuted)
      if (heard) session.push(PayloadType.PROTO_OA_SPOT_EVENT, heard)
    },
    setPeriods: (subscription, periods) => {
      subscribers.set({ ...subscription, periods: [...periods].sort((a, b) => a - b) })
    },
    leave: subscribers.remove,
    take: tick => {
      const audiences = subscribers.audiences()
      if (audiences !== heardBy) bars.keep(audiences.flatMap(([{ periods }]) => periods))
      heardBy = audiences
      bars.take(tick)
      const { at, bid, ask } = tick
      const close = newSessionClose(tick)
      for (const audience of audiences) {
        const [{ accountId, timestamps, periods }] = audience
        const event: { -readonly [K in keyof ProtoOASpotEvent]: ProtoOASpotEvent[K] } = {
          ctidTraderAccountId: accountId,
          symbolId,
        }
        if (bid !== undefined) event.bid = bid
        if (ask !== undefined) event.ask = ask
        // The live server sends no bars with an ask alone: they are bars of bids.
        if (periods.length > 0 && bid !== undefined) event.trendbar = trendbars(periods)
        if (close !== undefined) event.sessionClose = close
        if (timestamps) event.timestamp = at
        const heard = told(event, isMuted)
        if (heard) for (const { session } of audience) session.push(PayloadType.PROTO_OA_SPOT_EVENT, heard)
      }
    },
  }
}
