/** Copies the first deal of a master to each of its followers, over lines to several edges. It says how far it is. */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { EMPTY, catchError, concatMap, filter, merge, mergeMap, take, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  createClient,
  deals,
  isCTraderError,
  lots,
  placeOrder,
  positions,
  spots,
  warmUp,
  webSocketConnect,
} from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import type { CopierSaid } from './said'

const { values } = parseArgs({
  options: {
    edges: { type: 'string', default: '' },
    lines: { type: 'string', default: '1' },
    master: { type: 'string', default: '' },
    followers: { type: 'string', default: '' },
  },
})

const SYMBOL = 1
/** What a gateway says of an order that it certainly has not sent. */
const NOT_SENT = 'CH_SERVER_NOT_REACHABLE'
/** What a server or a gateway says of an order that was one too many. Nothing was done. */
const TOO_MANY = 'REQUEST_FREQUENCY_EXCEEDED'
const AGAIN_AFTER = 1_000
/** More refusals of one order are a fault, and no takeover. */
const TRIES = 20

const say = (said: CopierSaid): void => {
  writeSync(1, `${JSON.stringify(said)}\n`)
}

const edges = values.edges.split(',').map(url => webSocketConnect(url))
let opened = 0
const client = createClient({
  connect: () => edges[(opened += 1) % edges.length]?.() ?? EMPTY,
  clientId: 'copier',
  clientSecret: 'not looked at',
  lines: Number(values.lines),
  backoff: { initial: 50, max: 500 },
  // All of them begin at once.
  requestTimeout: 30_000,
})
// A token of its own, so that the accounts are on all lines.
const accountOf = (accountId: number): Account =>
  client.account({ accountId, accessToken: `not looked at, of ${accountId}` })
const followers = values.followers.split(',').map(id => accountOf(Number(id)))

/** Keeps all of them, and calls a function when each has had its first value. */
const keepAll = (all: readonly Observable<unknown>[], onAll: () => void): void => {
  const missing = new Set(all)
  for (const one of all)
    one.subscribe(() => {
      if (missing.delete(one) && missing.size === 0) onAll()
    })
}

const order = { symbol: SYMBOL, side: 'buy', type: 'market', volume: lots(0.01) } as const

/**
 * An order that certainly had no effect is placed again. Of any other, the outcome is found out. Where the server shows no
 * sign of it, the follower has the position, or the order is placed again.
 */
const copyTo = (account: Account, tries = 1): Observable<unknown> => {
  const end = (outcome: string): Observable<never> => {
    say({ event: 'copied', accountId: account.accountId, tries, outcome })
    return EMPTY
  }
  const again = (outcome: string, after = 0): Observable<unknown> =>
    tries < TRIES ? timer(after).pipe(concatMap(() => copyTo(account, tries + 1))) : end(outcome)
  return placeOrder(account, order, { whenDisconnected: 'wait' }).pipe(
    concatMap(update => {
      if (update.status === 'filled') return end('filled')
      if (update.status !== 'rejected') return EMPTY
      if (update.errorCode === TOO_MANY) return again(update.errorCode, AGAIN_AFTER)
      return update.errorCode === NOT_SENT ? again(update.errorCode) : end(update.errorCode)
    }),
    catchError((error: unknown) => {
      if (!isCTraderError(error)) return throwError(() => error)
      if (error.reason === 'NotSent') return again(error.reason)
      if (error.reason !== 'NotFound') return end(error.reason)
      return positions(account).pipe(
        take(1),
        concatMap(({ added }) => (added.length > 0 ? end('filled') : again(error.reason))),
      )
    }),
  )
}

keepAll(
  followers.map(account => warmUp(account, { symbols: [SYMBOL] }).pipe(filter(isReady => isReady))),
  () => {
    say({ event: 'ready' })
    keepAll(
      followers.map(account => spots(account, SYMBOL)),
      () => {
        say({ event: 'quoted' })
      },
    )
  },
)

deals(accountOf(Number(values.master)))
  .pipe(
    take(1),
    mergeMap(() => merge(...followers.map(account => copyTo(account)))),
  )
  .subscribe()
