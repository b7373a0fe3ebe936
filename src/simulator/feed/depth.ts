import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOADepthQuote } from '../../protocol/messages/quotes'
import type { Level, Market, Tick } from '../market/model/market'
import type { Session } from '../model/session'
import { createSubscribers } from './subscribers'
import type { Subscriber } from './subscribers'
import { toDepthQuote } from './wire'

/** The depth events of one symbol. */
export interface DepthChannel {
  readonly isIdle: () => boolean
  readonly has: (session: Session, accountId: number) => boolean
  /** Sends the book at that time, and from then on the changes. */
  readonly subscribe: (subscriber: Subscriber, at: number) => void
  readonly leave: (session: Session, accountId?: number) => void
  readonly take: (tick: Tick) => void
}

export type Book = ReadonlyMap<number, Level>

const toBook = (levels: readonly Level[]): Book => new Map(levels.map(level => [level.id, level]))

/** The changes from one book to the next. */
export const bookChange = (
  before: Book,
  after: Book,
): { readonly newQuotes: readonly ProtoOADepthQuote[]; readonly deletedQuotes: readonly number[] } => ({
  newQuotes: [...after.values()].filter(({ id, size }) => before.get(id)?.size !== size).map(toDepthQuote),
  deletedQuotes: [...before.keys()].filter(id => !after.has(id)),
})

export const createDepthChannel = (market: Market, symbolId: number, firstIsFull: boolean): DepthChannel => {
  const subscribers = createSubscribers<Subscriber>(({ accountId }) => `${accountId}`)
  let book: Book = new Map()

  return {
    isIdle: subscribers.isEmpty,
    has: (session, accountId) => subscribers.get(session, accountId) !== undefined,
    subscribe: ({ session, accountId }, at) => {
      // A new subscriber gets the same book as the others, because changes are calculated from it.
      if (subscribers.isEmpty()) book = toBook(market.bookAt(symbolId, at))
      subscribers.set({ session, accountId })
      const quotes = [...book.values()].map(toDepthQuote)
      for (const newQuotes of firstIsFull ? [quotes] : quotes.map(quote => [quote]))
        session.push(PayloadType.PROTO_OA_DEPTH_EVENT, {
          ctidTraderAccountId: accountId,
          symbolId,
          newQuotes,
        })
    },
    leave: subscribers.remove,
    take: ({ at }) => {
      const audiences = subscribers.audiences()
      if (audiences.length === 0) return
      const before = book
      book = toBook(market.bookAt(symbolId, at))
      const { newQuotes, deletedQuotes } = bookChange(before, book)
      if (newQuotes.length === 0 && deletedQuotes.length === 0) return
      for (const audience of audiences) {
        const [{ accountId }] = audience
        const event = { ctidTraderAccountId: accountId, symbolId, newQuotes, deletedQuotes }
        for (const { session } of audience) session.push(PayloadType.PROTO_OA_DEPTH_EVENT, event)
      }
    },
  }
}
