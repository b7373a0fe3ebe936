import type { ProtoOASpotEvent } from '../../../protocol/messages/quotes'
import { PayloadType } from '../../../protocol/payloadType'
import { encodeFrame } from '../../../transport/frame'
import { readBody } from '../../bus/messages'
import type { PricePacket } from '../../bus/messages'
import { mergeSpots } from '../../model/prices'
import type { SpotChange } from '../../model/prices'
import type { Price } from '../wire/outbox'
import { packetOrder } from './priceFeed'
import type { FeedKey, PriceFeed } from './priceFeed'

/** A peer that gets the prices of a symbol. */
export interface SpotListener {
  /** The periods of the bars that it gets. */
  readonly periods: ReadonlySet<number>
  readonly withTimestamp: boolean
  readonly price: (text: string, price: Price) => void
}

export type SpotFeed = PriceFeed<SpotListener, SpotChange>

/** The part of an event that a listener has subscribed to, as an event of an account, if there is any. */
const partOf = (
  ctidTraderAccountId: number,
  { trendbar = [], timestamp, ...event }: SpotChange,
  { periods, withTimestamp }: SpotListener,
): ProtoOASpotEvent | undefined => {
  const bars = trendbar.filter(({ period = 1 }) => periods.has(period))
  const { bid, ask, sessionClose } = event
  if (bid === undefined && ask === undefined && sessionClose === undefined && bars.length === 0)
    return undefined
  return {
    ctidTraderAccountId,
    ...event,
    ...(bars.length > 0 && { trendbar: bars }),
    ...(withTimestamp && timestamp !== undefined && { timestamp }),
  }
}

const variantOf = ({ periods, withTimestamp }: SpotListener): string =>
  `${String(withTimestamp)} ${[...periods].join(' ')}`

interface Frame {
  readonly text: string
  readonly price: Price
}

const frameOf = (accountId: number, event: SpotChange, listener: SpotListener): Frame | undefined => {
  const payload = partOf(accountId, event, listener)
  if (!payload) return undefined
  const price = { payloadType: PayloadType.PROTO_OA_SPOT_EVENT, payload }
  return { price, text: encodeFrame(price) }
}

export const createSpotFeed = ({ accountId, packet$ }: FeedKey, onMissing: () => void): SpotFeed => {
  const order = packetOrder(onMissing)
  const listeners = new Set<SpotListener>()
  let current: SpotChange | undefined

  const send = (event: SpotChange): void => {
    /** Most listeners have subscribed to the same, so each text is made once. */
    const frames = new Map<string, Frame | undefined>()
    let last: SpotListener | undefined
    let frame: Frame | undefined
    for (const listener of [...listeners]) {
      if (last?.periods !== listener.periods || last.withTimestamp !== listener.withTimestamp) {
        const variant = variantOf(listener)
        frame = frames.has(variant) ? frames.get(variant) : frameOf(accountId, event, listener)
        frames.set(variant, frame)
        last = listener
      }
      if (frame) listener.price(frame.text, frame.price)
    }
  }
  const listening = packet$.subscribe(packet => {
    if (packet.kind === 'gap') return
    const { reset = false, epoch, seq, ...event } = readBody(packet.body) as PricePacket<SpotChange>
    if (!order.accept({ epoch, seq })) return
    if (reset) current = undefined
    else {
      current = mergeSpots(current, event)
      send(event)
    }
  })

  return {
    add: listener => {
      listeners.add(listener)
    },
    remove: listener => {
      listeners.delete(listener)
    },
    show: listener => {
      const frame = current && frameOf(accountId, current, listener)
      if (frame) listener.price(frame.text, frame.price)
    },
    begin: (at, event) => {
      const before = order.at()
      if (!order.begin(at)) return
      current = event
      // Those who listen already have missed what came in between.
      if (before && before.seq !== at.seq && event) send(event)
    },
    at: order.at,
    reset: () => {
      current = undefined
      order.reset()
    },
    close: () => {
      listening.unsubscribe()
    },
  }
}
