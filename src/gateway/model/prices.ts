import type { ProtoOADepthEvent, ProtoOADepthQuote, ProtoOASpotEvent } from '../../protocol/messages/quotes'

/** Some of the prices and bars of a symbol, of any account. */
export type SpotChange = Omit<ProtoOASpotEvent, 'ctidTraderAccountId'>

/** The current prices and bars of a symbol, after an event with some of them. */
export const mergeSpots = <Event extends SpotChange>(known: Event | undefined, event: Event): Event => {
  if (!known) return event
  const { trendbar: newer = [] } = event
  if (newer.length === 0 && !known.trendbar) return { ...known, ...event }
  const periods = new Set(newer.map(({ period }) => period))
  const older = known.trendbar?.filter(({ period }) => !periods.has(period)) ?? []
  return { ...known, ...event, trendbar: [...older, ...newer] }
}

/** The quotes of a book, by their ids. */
export type Book = ReadonlyMap<number, ProtoOADepthQuote>

export const emptyBook: Book = new Map()

/** The changes of a book. */
export type BookChange = Pick<ProtoOADepthEvent, 'newQuotes' | 'deletedQuotes'>

export const applyBookChange = (book: Book, { newQuotes = [], deletedQuotes = [] }: BookChange): Book => {
  const next = new Map(book)
  for (const id of deletedQuotes) next.delete(id)
  for (const quote of newQuotes) next.set(quote.id, quote)
  return next
}

/** The change that leads from one book to another. */
export const bookChange = (from: Book, to: Book): BookChange => ({
  newQuotes: [...to.values()].filter(quote => from.get(quote.id) !== quote),
  deletedQuotes: [...from.keys()].filter(id => !to.has(id)),
})

/** Two changes in one, for a peer that has not got the first. */
export const mergeChanges = (first: BookChange, second: BookChange): BookChange => {
  const quotes = new Map(first.newQuotes?.map(quote => [quote.id, quote]))
  const deleted = new Set(first.deletedQuotes)
  for (const id of second.deletedQuotes ?? []) {
    quotes.delete(id)
    deleted.add(id)
  }
  for (const quote of second.newQuotes ?? []) {
    deleted.delete(quote.id)
    quotes.set(quote.id, quote)
  }
  return { newQuotes: [...quotes.values()], deletedQuotes: [...deleted] }
}
