import { ReplaySubject, Subscription, share, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Bus } from '../../bus/bus'
import { priceKeyText } from '../../bus/messages'
import type {
  OwnerAnswer,
  OwnerNotice,
  OwnerRequest,
  PriceKey,
  WantedPrice,
  WithoutGrant,
} from '../../bus/messages'
import { omitUndefined } from '../../../util/omitUndefined'
import type { BusAccount } from '../../bus/subjects'
import { subjects } from '../../bus/subjects'
import { createBookFeed } from './bookFeed'
import type { BookFeed } from './bookFeed'
import type { FeedKey } from './priceFeed'
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
  /** Whether the prices come there: what their subjects begin with. */
  readonly isAt: (source: string) => boolean
  /** From now on they come there. Those who had others have left. */
  readonly follow: (source: string) => void
  /** What is known is worth nothing any more, and each subscription has to be established again. */
  readonly reset: () => void
  /** All that is subscribed to, and what of it has come. */
  readonly wanted: () => readonly WantedPrice[]
  readonly close: () => void
}

export interface FeedOptions {
  readonly listen: Bus['on']
  readonly account: BusAccount
  readonly edge: string
  readonly linger: number
  readonly ask: (
    request: Omit<Extract<OwnerRequest, { kind: 'subscribe' }>, 'grantId'>,
  ) => Observable<OwnerAnswer>
  readonly tell: (notice: WithoutGrant<OwnerNotice>) => void
}

interface Hold {
  readonly key: PriceKey
  count: number
  answer$: Observable<OwnerAnswer> | undefined
  lingering: Subscription
}

export const createFeeds = ({ listen, account, edge, linger, ask, tell }: FeedOptions): Feeds => {
  const { accountId } = account
  const holds = new Map<string, Hold>()
  let source = subjects.ownPrices(account)
  const spots = new Map<number, SpotFeed>()
  const books = new Map<number, BookFeed>()

  const feedOf = ({ kind, symbolId }: PriceKey): SpotFeed | BookFeed =>
    kind === 'depth' ? bookFeed(symbolId) : spotFeed(symbolId)
  const catchUps = new Map<string, Subscription>()
  /** Some packets are missing, so it is asked what is current. */
  const catchUp = (key: PriceKey): void => {
    const text = priceKeyText(key)
    if (catchUps.get(text)?.closed === false || !holds.has(text)) return
    const asking = ask({ kind: 'subscribe', edge, key }).subscribe(answer => {
      if (answer.kind === 'done' && answer.at && holds.has(text))
        feedOf(key).begin(answer.at, answer.snapshot as never)
    })
    catchUps.set(text, asking)
  }

  const feedKey = (kind: 'spot' | 'depth', symbolId: number): FeedKey => ({
    accountId,
    symbolId,
    packet$: listen(subjects.prices(source, kind, symbolId)),
  })
  const spotFeed = (symbolId: number): SpotFeed => {
    const key: PriceKey = { kind: 'spot', symbolId }
    const feed =
      spots.get(symbolId) ??
      createSpotFeed(feedKey('spot', symbolId), () => {
        catchUp(key)
      })
    spots.set(symbolId, feed)
    return feed
  }
  const bookFeed = (symbolId: number): BookFeed => {
    const key: PriceKey = { kind: 'depth', symbolId }
    const feed =
      books.get(symbolId) ??
      createBookFeed(feedKey('depth', symbolId), () => {
        catchUp(key)
      })
    books.set(symbolId, feed)
    return feed
  }

  const closeFeed = ({ kind, symbolId }: PriceKey): void => {
    const feeds: Map<number, { readonly close: () => void }> = kind === 'depth' ? books : spots
    feeds.get(symbolId)?.close()
    feeds.delete(symbolId)
  }
  const closeFeeds = (): void => {
    for (const asking of catchUps.values()) asking.unsubscribe()
    catchUps.clear()
    for (const feed of [...spots.values(), ...books.values()]) feed.close()
    spots.clear()
    books.clear()
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
    const feed = feedOf(key)
    return ask({ kind: 'subscribe', edge, key }).pipe(
      tap(answer => {
        // After a refusal, the next one asks again.
        if (answer.kind !== 'done') hold.answer$ = undefined
        else if (answer.at) feed.begin(answer.at, answer.snapshot as never)
      }),
      share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: false, resetOnComplete: false }),
    )
  }

  return {
    acquire: key => {
      const text = priceKeyText(key)
      const hold = holds.get(text) ?? { key, count: 0, answer$: undefined, lingering: Subscription.EMPTY }
      holds.set(text, hold)
      hold.lingering.unsubscribe()
      hold.count += 1
      return (hold.answer$ ??= establish(key, hold))
    },
    release,
    spots: spotFeed,
    book: bookFeed,
    isAt: other => other === source,
    follow: next => {
      if (next === source) return
      source = next
      closeFeeds()
    },
    reset: () => {
      for (const hold of holds.values()) hold.answer$ = undefined
      for (const feed of [...spots.values(), ...books.values()]) feed.reset()
    },
    wanted: () =>
      [...holds.values()].map(({ key }) => ({ ...key, ...omitUndefined({ has: feedOf(key).at() }) })),
    close: () => {
      for (const { lingering } of holds.values()) lingering.unsubscribe()
      holds.clear()
      closeFeeds()
    },
  }
}
