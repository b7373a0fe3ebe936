import { Subscription } from 'rxjs'
import type { Observable } from 'rxjs'
import type { DepthEvent } from '../../../operators/toBook'
import { shareByKey } from '../../../streams/sharing/shareByKey'
import type { Bus } from '../../bus/bus'
import type { PriceKey } from '../../bus/messages'
import type { Position } from '../../bus/position'
import { subjects } from '../../bus/subjects'
import { applyBookChange, emptyBook, mergeSpots } from '../../model/prices'
import type { Book, SpotChange } from '../../model/prices'
import type { LineCounters } from '../../model/lineCounters'
import type { Numbers } from '../session/numbers'

type Kind = 'spot' | 'depth'

/** What is current of the prices of an account, or of a feed, and is sent to the edges when it changes. */
export interface CurrentPrices {
  /** Keeps what is current of a symbol, until it is unsubscribed. */
  readonly keep: (kind: Kind, symbolId: number) => Subscription
  readonly onSpot: (event: SpotChange) => void
  readonly onDepth: (event: Omit<DepthEvent, 'ctidTraderAccountId'>) => void
  /** Takes what a source gives, once for all accounts that have this source. */
  readonly once: (source: object, take: () => Observable<never>) => Observable<never>
  /** The prices so far are worth nothing. */
  readonly reset: (kind: Kind, symbolId: number) => void
  readonly snapshot: (key: PriceKey) => object | undefined
  /** The number of the last packet. */
  readonly last: (key: PriceKey) => Position
  /** Sends what is current again. */
  readonly repeat: (key: PriceKey) => void
}

/** What an edge is told when the prices so far are worth nothing: all of them come again. */
const RESET = { reset: true }

/** Prices may be those of several accounts. Each edge puts in the id of its own. */
const NO_ACCOUNT = { ctidTraderAccountId: undefined }

const kindOf = ({ kind }: PriceKey): Kind => (kind === 'depth' ? 'depth' : 'spot')

/** Where they are sent, and with which numbers. */
export interface PricesChannel {
  readonly bus: Bus
  /** What their subjects begin with. */
  readonly source: string
  readonly epoch: number
  readonly numbers: Pick<Numbers, 'price' | 'nextPrice'>
  readonly counters: LineCounters
}

export const createCurrentPrices = ({
  bus,
  source,
  epoch,
  numbers,
  counters,
}: PricesChannel): CurrentPrices => {
  const users = new Map<string, number>()
  const spots = new Map<number, SpotChange>()
  const books = new Map<number, Book>()
  const taken = shareByKey<never>()

  const textOf = (kind: Kind, symbolId: number): string => `${kind} ${symbolId}`
  const publish = (kind: Kind, symbolId: number, payload: object): void => {
    const seq = numbers.nextPrice(textOf(kind, symbolId))
    const packet = { ...payload, ...NO_ACCOUNT, epoch, seq }
    counters.prices += 1
    bus.publish(subjects.prices(source, kind, symbolId), JSON.stringify(packet))
  }
  const forget = (kind: Kind, symbolId: number): boolean => (kind === 'spot' ? spots : books).delete(symbolId)
  const snapshot = (key: PriceKey): object | undefined => {
    const { symbolId } = key
    if (kindOf(key) === 'spot') {
      const known = spots.get(symbolId)
      return known && { ...known, ...NO_ACCOUNT }
    }
    const book = books.get(symbolId)
    return book && { symbolId, newQuotes: [...book.values()], whole: true }
  }

  return {
    keep: (kind, symbolId) => {
      const text = textOf(kind, symbolId)
      users.set(text, (users.get(text) ?? 0) + 1)
      return new Subscription(() => {
        const left = (users.get(text) ?? 0) - 1
        users.set(text, left)
        if (left > 0) return
        users.delete(text)
        forget(kind, symbolId)
      })
    },
    onSpot: event => {
      const { symbolId } = event
      if (!users.has(textOf('spot', symbolId))) return
      spots.set(symbolId, mergeSpots(spots.get(symbolId), event))
      publish('spot', symbolId, event)
    },
    onDepth: event => {
      const { symbolId, whole } = event
      const before = whole === true ? undefined : books.get(symbolId)
      books.set(symbolId, applyBookChange(before ?? emptyBook, event))
      publish('depth', symbolId, event)
    },
    once: (from, take) => taken(from, '', take),
    reset: (kind, symbolId) => {
      if (forget(kind, symbolId)) publish(kind, symbolId, RESET)
    },
    snapshot,
    last: key => ({ epoch, seq: numbers.price(textOf(kindOf(key), key.symbolId)) }),
    repeat: key => {
      const current = snapshot(key)
      if (current) publish(kindOf(key), key.symbolId, current)
    },
  }
}
