import { Subscription, timer } from 'rxjs'
import { monotonicNow } from '../../../clock'
import type { ProtoOADepthEvent, ProtoOASpotEvent } from '../../../protocol/messages/quotes'
import { PayloadType } from '../../../protocol/payloadType'
import type { Message } from '../../../protocol/table'
import { encodeFrame } from '../../../transport/frame'
import type { Peer } from '../../../transport/peer'
import type { Counters } from '../../model/stats'
import { mergeChanges, mergeSpots } from '../../model/prices'

/** A price for many peers: its text is made once. */
export type Price =
  | { readonly payloadType: typeof PayloadType.PROTO_OA_SPOT_EVENT; readonly payload: ProtoOASpotEvent }
  | { readonly payloadType: typeof PayloadType.PROTO_OA_DEPTH_EVENT; readonly payload: ProtoOADepthEvent }

/** What a peer is sent, as long as its line is open. */
export interface Outbox {
  readonly write: (message: Message) => void
  /** Sends a price. While the peer reads too slowly, the prices of a symbol become one. */
  readonly writePrice: (text: string, price: Price) => void
  /** Sends what had to wait, if the peer has read enough meanwhile. */
  readonly drained: () => void
  /** Drops the prices of an account that wait. */
  readonly drop: (accountId: number) => void
  /** Drops what waits of one subscription. */
  readonly dropPrice: (payloadType: Price['payloadType'], accountId: number, symbolId: number) => void
  readonly hangUp: (code: number, reason: string) => void
  /** When something was sent last, in ms of the monotonic clock. */
  readonly lastSent: () => number
}

const merge = (known: Price | undefined, price: Price): Price => {
  if (known?.payloadType !== price.payloadType) return price
  if (price.payloadType === PayloadType.PROTO_OA_SPOT_EVENT)
    return { ...price, payload: mergeSpots(known.payload, price.payload) }
  const change = mergeChanges(known.payload as ProtoOADepthEvent, price.payload)
  return { ...price, payload: { ...price.payload, ...change } }
}

const keyText = (payloadType: number, accountId: number, symbolId: number): string =>
  `${payloadType} ${accountId} ${symbolId}`

const keyOf = ({ payloadType, payload: { ctidTraderAccountId, symbolId } }: Price): string =>
  keyText(payloadType, ctidTraderAccountId, symbolId)

/** For all peers without a limit: two maps for each would be a hundredth of its memory. They stay empty. */
const NOTHING_EARLY = new Map<string, Price>()
const NEVER_SENT = new Map<string, number>()

export const createOutbox = (
  peer: Peer,
  life: Subscription,
  counters: Pick<Counters, 'close' | 'conflatedPrices' | 'prices'>,
  maxRate = Infinity,
): Outbox => {
  /** Prices that come while the peer reads too slowly. */
  const waiting = new Map<string, Price>()
  /** Prices that come too soon after the last one of their symbol, and when that was sent. */
  const interval = 1_000 / maxRate
  const early = interval === 0 ? NOTHING_EARLY : new Map<string, Price>()
  const sentAt = interval === 0 ? NEVER_SENT : new Map<string, number>()
  let releasing = Subscription.EMPTY
  let lastSent = monotonicNow()

  const send = (text: string): void => {
    lastSent = monotonicNow()
    peer.send(text)
  }
  const hangUp: Outbox['hangUp'] = (code, reason) => {
    if (life.closed) return
    life.unsubscribe()
    counters.close(code)
    peer.close(code, reason)
  }
  const flush = (): void => {
    const prices = [...waiting.values()]
    waiting.clear()
    counters.prices += prices.length
    for (const price of prices) send(encodeFrame(price))
  }
  /** Whether the line goes on. */
  const isUsable = (): boolean => {
    if (life.closed) return false
    if (peer.pressure?.() !== 'over') return true
    hangUp(1013, 'Client reads too slowly')
    return false
  }

  const deliver = (text: string, price: Price): void => {
    if (waiting.size === 0 && peer.pressure?.() !== 'high') {
      counters.prices += 1
      send(text)
      return
    }
    const key = keyOf(price)
    if (waiting.has(key)) counters.conflatedPrices += 1
    waiting.set(key, merge(waiting.get(key), price))
    if (peer.pressure?.() !== 'high') flush()
  }
  /** Sends what is due, and waits for the rest. */
  const release = (): void => {
    const now = monotonicNow()
    let next = Infinity
    for (const [key, price] of [...early]) {
      const due = (sentAt.get(key) ?? 0) + interval
      if (due > now) next = Math.min(next, due)
      else {
        early.delete(key)
        sentAt.set(key, now)
        if (isUsable()) deliver(encodeFrame(price), price)
      }
    }
    if (life.closed || early.size === 0) return
    releasing = timer(Math.ceil(next - now)).subscribe(release)
    life.add(releasing)
  }
  /** Sends a price, or keeps it until the next one of its symbol may be sent. */
  const space = (text: string, price: Price): void => {
    const key = keyOf(price)
    const now = monotonicNow()
    if (!early.has(key) && now >= (sentAt.get(key) ?? -Infinity) + interval) {
      sentAt.set(key, now)
      deliver(text, price)
      return
    }
    if (early.has(key)) counters.conflatedPrices += 1
    early.set(key, merge(early.get(key), price))
    if (releasing.closed) release()
  }

  return {
    write: message => {
      if (!isUsable()) return
      // Other messages keep their place after the prices that came before them.
      if (waiting.size > 0) flush()
      send(encodeFrame(message))
    },
    writePrice: (text, price) => {
      if (!isUsable()) return
      if (interval === 0) deliver(text, price)
      else space(text, price)
    },
    drained: () => {
      if (!life.closed && waiting.size > 0 && peer.pressure?.() === 'none') flush()
    },
    drop: accountId => {
      for (const prices of [waiting, early])
        for (const [key, { payload }] of prices)
          if (payload.ctidTraderAccountId === accountId) prices.delete(key)
    },
    dropPrice: (payloadType, accountId, symbolId) => {
      const key = keyText(payloadType, accountId, symbolId)
      for (const prices of [waiting, early]) prices.delete(key)
    },
    hangUp,
    lastSent: () => lastSent,
  }
}
