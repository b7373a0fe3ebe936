import { ReplaySubject, Subscription, share, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Bus } from '../../bus/bus'
import { priceKeyText } from '../../bus/messages'
import type { OwnerAnswer, OwnerNotice, OwnerRequest, PriceKey, WithoutGrant } from '../../bus/messages'
import type { BusAccount } from '../../bus/subjects'
import { createBookFeed } from './bookFeed'
import type { BookFeed } from './bookFeed'
import { createSpotFeed } from './spotFeed'
import type { SpotFeed } from './spotFeed'

/** The subscriptions of an account, for all peers of an edge. */
export interface Feeds {
  /** Counts a subscription, until it is released. Emits once: when it is established, or refused. */
  readonly acquire: (key: PriceKey) => Observable<OwnerAnswer>
  /** Gives one back. The owner keeps the last one for a while. */
  readonly release: (key: PriceKey) => void
  readonly spots: (symbolId: number) => SpotFeed
  readonly book: (symbolId: number) => BookFeed
  /** What is known is worth nothing any more, and each subscription has to be established again. */
  readonly reset: () => void
  readonly close: () => void
}

export interface FeedOptions {
  readonly bus: Bus
  readonly account: BusAccount
  readonly edge: string
  readonly linger: number
  readonly ask: (
    request: Omit<Extract<OwnerRequest, { kind: 'subscribe' }>, 'grantId'>,
  ) => Observable<OwnerAnswer>
  readonly tell: (notice: WithoutGrant<OwnerNotice>) => void
}

interface Hold {
  count: number
  answer$: Observable<OwnerAnswer> | undefined
  lingering: Subscription
}

export const createFeeds = ({ bus, account, edge, linger, ask, tell }: FeedOptions): Feeds => {
  const holds = new Map<string, Hold>()
  const spots = new Map<number, SpotFeed>()
  const books = new Map<number, BookFeed>()

  const spotFeed = (symbolId: number): SpotFeed => {
    const feed = spots.get(symbolId) ?? createSpotFeed(bus, { account, symbolId })
    spots.set(symbolId, feed)
    return feed
  }
  const bookFeed = (symbolId: number): BookFeed => {
    const feed = books.get(symbolId) ?? createBookFeed(bus, { account, symbolId })
    books.set(symbolId, feed)
    return feed
  }

  const closeFeed = ({ kind, symbolId }: PriceKey): void => {
    const feeds: Map<number, { readonly close: () => void }> = kind === 'depth' ? books : spots
    feeds.get(symbolId)?.close()
    feeds.delete(symbolId)
  }
  const forget = (text: string, key: PriceKey): void => {
    holds.delete(text)
    tell({ kind: 'release', edge, key })
    if (key.kind !== 'bar') closeFeed(key)
  }
  const release = (key: PriceKey): void => {
    const text = priceKeyText(key)
    const hold = holds.get(text)
    if (!hold) return
    hold.count -= 1
    if (hold.count === 0)
      hold.lingering = timer(linger).subscribe(() => {
        forget(text, key)
      })
  }
  /** Listens before it asks, so that nothing is missed in between. */
  const establish = (key: PriceKey, hold: Hold): Observable<OwnerAnswer> => {
    const feed = key.kind === 'depth' ? bookFeed(key.symbolId) : spotFeed(key.symbolId)
    return ask({ kind: 'subscribe', edge, key }).pipe(
      tap(answer => {
        // After a refusal, the next one asks again.
        if (answer.kind !== 'done') hold.answer$ = undefined
        else if (answer.snapshot) feed.begin(answer.snapshot as never)
      }),
      share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: false, resetOnComplete: false }),
    )
  }

  return {
    acquire: key => {
      const text = priceKeyText(key)
      const hold = holds.get(text) ?? { count: 0, answer$: undefined, lingering: Subscription.EMPTY }
      holds.set(text, hold)
      hold.lingering.unsubscribe()
      hold.count += 1
      return (hold.answer$ ??= establish(key, hold))
    },
    release,
    spots: spotFeed,
    book: bookFeed,
    reset: () => {
      for (const hold of holds.values()) hold.answer$ = undefined
      for (const feed of [...spots.values(), ...books.values()]) feed.reset()
    },
    close: () => {
      for (const { lingering } of holds.values()) lingering.unsubscribe()
      holds.clear()
      for (const feed of [...spots.values(), ...books.values()]) feed.close()
      spots.clear()
      books.clear()
    },
  }
}
