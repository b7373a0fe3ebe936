import type { ProtoOADepthEvent } from '../../../protocol/messages/quotes'
import { PayloadType } from '../../../protocol/payloadType'
import { encodeFrame } from '../../../transport/frame'
import { readBody } from '../../bus/messages'
import type { PricePacket } from '../../bus/messages'
import { applyBookChange, bookChange, emptyBook } from '../../model/prices'
import type { Book, BookChange } from '../../model/prices'
import type { Price } from '../wire/outbox'
import { packetOrder } from './priceFeed'
import type { FeedKey, PriceFeed } from './priceFeed'

/** A peer that gets the book of a symbol. */
export interface BookListener {
  readonly price: (text: string, price: Price) => void
}

export type BookFeed = PriceFeed<BookListener, BookChange>

type BusEvent = PricePacket<ProtoOADepthEvent & { readonly whole?: boolean }>

export const createBookFeed = (
  { accountId, symbolId, packet$ }: FeedKey,
  onMissing: () => void,
): BookFeed => {
  const order = packetOrder(onMissing)
  const listeners = new Set<BookListener>()
  let book: Book | undefined
  /** What the listeners have. After a reset it is still theirs, until the new book comes. */
  let theirs: Book = emptyBook

  const frame = (change: BookChange): { readonly text: string; readonly price: Price } => {
    const payload = { ctidTraderAccountId: accountId, symbolId, ...change }
    const price = { payloadType: PayloadType.PROTO_OA_DEPTH_EVENT, payload }
    return { price, text: encodeFrame(price) }
  }
  const change = (event: BookChange, whole: boolean): void => {
    const next = applyBookChange(whole ? emptyBook : (book ?? emptyBook), event)
    const { text, price } = frame(!whole && book === theirs ? event : bookChange(theirs, next))
    book = theirs = next
    for (const listener of [...listeners]) listener.price(text, price)
  }
  const listening = packet$.subscribe(packet => {
    if (packet.kind === 'gap') return
    const { reset = false, whole = false, ...event } = readBody(packet.body) as BusEvent
    if (!order.accept(event)) return
    if (reset) book = undefined
    else change({ newQuotes: event.newQuotes ?? [], deletedQuotes: event.deletedQuotes ?? [] }, whole)
  })

  return {
    add: listener => {
      listeners.add(listener)
    },
    remove: listener => {
      listeners.delete(listener)
    },
    show: listener => {
      if (!book) return
      const { text, price } = frame({ newQuotes: [...book.values()], deletedQuotes: [] })
      listener.price(text, price)
    },
    begin: (at, event) => {
      const before = order.at()
      if (!order.begin(at)) return
      if (before) {
        if (event && before.seq !== at.seq) change(event, true)
        return
      }
      book = event && applyBookChange(emptyBook, event)
      theirs = book ?? emptyBook
    },
    at: order.at,
    reset: () => {
      book = undefined
      theirs = emptyBook
      order.reset()
    },
    close: () => {
      listening.unsubscribe()
    },
  }
}
