import {
  Observable,
  Subject,
  Subscription,
  concat,
  defaultIfEmpty,
  defer,
  forkJoin,
  from,
  map,
  merge,
  of,
  take,
  throwError,
} from 'rxjs'
import { CTraderError } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import type { Socket } from '../../transport/socket'
import { isTrading } from '../../orders/validation/marketHours'
import { createEngine } from '../../simulator/engine'
import { createExternalMarket } from '../../simulator/market/external/externalMarket'
import { createClock } from '../../simulator/model/clock'
import type { Clock } from '../../simulator/model/clock'
import { inMemory } from '../../simulator/server/inMemory'
import { readLimits } from '../../simulator/server/rateLimiter'
import type { TradingAccount } from '../../simulator/model/identity'
import type { KeptExchange } from '../../simulator/trading/state/keeping'
import type { ProtoOAAsset } from '../../protocol/messages/symbols'
import { createPaperFeed } from './market/feed'
import { paperHandlers } from './handlers'
import { openIdentity } from './identity'
import type { PaperOptions } from './options'
import { createQuotations } from './market/quotations'
import { createReadiness } from './market/readiness'
import { createSaving } from './storage/saving'
import { readExchange, toPaperState } from './storage/state'
import { paperAccount } from './terms'
import { createUpstream } from './market/upstream'
import type { Upstream } from './market/upstream'

/** A paper account and its exchange. It outlives the lines of its clients, and those of the real account. */
export interface Desk {
  /** Opens a line of a client for as long as a link of the real account is good. */
  readonly open: (link: Link) => Observable<Socket>
}

/** As RxJS reports an error without a handler. */
const reportError = (error: unknown): void => {
  throwError(() => error).subscribe()
}

interface Parts {
  readonly upstream: Upstream
  readonly options: PaperOptions
  readonly account: TradingAccount
  readonly assets: readonly ProtoOAAsset[]
  readonly kept: KeptExchange | undefined
}

/** The market's time does not go back, also if the clock was set back since the last run. */
const createDeskClock = (start: number | undefined, kept: KeptExchange | undefined): Clock => {
  const clock = createClock(start, 1)
  return kept && kept.at > clock.now() ? createClock(kept.at, 1) : clock
}

const lostWith = (cause: CTraderError): CTraderError =>
  new CTraderError({
    reason: 'ConnectionLost',
    sent: false,
    detail: `the real account has no line: ${cause.message}`,
  })

const createDesk = ({ upstream, options, account, assets, kept }: Parts): Desk => {
  const { fills, seed = 1, store, start } = options
  let life = Subscription.EMPTY
  let users = 0
  let isReady = false

  const market = createExternalMarket({ assets, assetClasses: [], categories: [], isTrading })
  const clock = createDeskClock(start, kept)
  const failed$ = new Subject<CTraderError>()
  const quotations = createQuotations(upstream, (symbolId, tick) => {
    const at = clock.due()
    if (!market.market.symbol(symbolId)) return
    market.quote(symbolId, { ...tick, at })
    if (isReady) engine.quoted(symbolId, at)
  })
  const readiness = createReadiness({
    upstream,
    market,
    quotations,
    assets,
    depositAssetId: assets.find(({ name }) => name === account.depositAsset)?.assetId ?? 0,
    needsBook: fills?.slippage === 'depth',
    life: () => life,
  })
  const engine = createEngine({
    made: market,
    clock,
    identity: openIdentity(account),
    serves: () => true,
    accounts: [account],
    seed,
    fills,
    limits: readLimits({}),
    // As a real line: all of it is text, also for programs that read the frames themselves.
    lineTimers: true,
    feed: createPaperFeed(upstream, quotations),
    handlers: paperHandlers({
      upstream,
      quotations,
      readiness,
      act: change => engine.act(change),
      life: () => life,
    }),
    onTold: () => {
      saving.changed()
    },
    ...(kept && { kept }),
  })
  const { world, lines, defect$ } = engine
  const { book } = world.exchange.account(account.accountId)
  const saving = createSaving(
    store,
    () => toPaperState(account, world.exchange.keep()),
    error => {
      failed$.next(error)
    },
  )
  const connect = inMemory(lines.accept, { latency: 0, inProcess: false })

  /** Completes when all that the account has can be valued. */
  const prepared = (): Observable<never> => {
    const records = [...book.orders.values(), ...book.positions.values()]
    const current = [...book.working, ...book.open]
    const ids = (of: readonly { readonly symbolId: number }[]): number[] => [
      ...new Set(of.map(({ symbolId }) => symbolId)),
    ]
    return concat(
      merge(...ids(records).map(readiness.listedOnce)),
      merge(...ids(current).map(readiness.tradable)),
    )
  }
  /** From now on each price counts at once, and those that have come already. */
  const resume = (): void => {
    isReady = true
    for (const { light } of market.market.catalogue.symbols) engine.quoted(light.symbolId, clock.due())
  }
  const enter = (): void => {
    users += 1
    if (users > 1) return
    life = new Subscription()
    life.add(defect$.subscribe(reportError))
    life.add(
      upstream.symbolChanges$.subscribe(symbolId => {
        for (const session of world.sessions)
          for (const ctidTraderAccountId of session.accounts.keys())
            session.push(PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT, { ctidTraderAccountId, symbolId })
      }),
    )
  }
  const leave = (): void => {
    users -= 1
    if (users > 0) return
    isReady = false
    life.unsubscribe()
    // What cannot be saved now is tried again before the next line is open.
    saving.save().subscribe({ error: () => undefined })
  }

  return {
    open: link =>
      new Observable(subscriber => {
        enter()
        subscriber.add(
          merge(link.closed$.pipe(map(lostWith)), failed$).subscribe(error => {
            subscriber.error(error)
          }),
        )
        subscriber.add(
          concat(
            saving.save(),
            prepared(),
            defer(() => {
              resume()
              return connect()
            }),
          ).subscribe(subscriber),
        )
        subscriber.add(leave)
      }),
  }
}

/** The desk of a paper account, with what is known of the real account, and what was kept. */
export const loadDesk = (account: Account, options: PaperOptions): Observable<Desk> => {
  const upstream = createUpstream(account)
  return forkJoin({
    trader: upstream.request(PayloadType.PROTO_OA_TRADER_REQ, {}),
    assets: upstream.assets().pipe(take(1)),
    state: defer(() => from(options.store?.load() ?? of(undefined))).pipe(take(1), defaultIfEmpty(undefined)),
  }).pipe(
    map(({ trader: { trader }, assets, state }) => {
      const terms = paperAccount(account.accountId, trader, assets, options)
      return createDesk({
        upstream,
        options,
        account: terms,
        assets,
        kept: readExchange(state, terms),
      })
    }),
  )
}
