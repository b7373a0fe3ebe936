import { combineLatest, interval, map, startWith, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Environment } from '../errorFields'
import type { Health } from '../session/state/health'
import type { WatchedLine } from './activity'
import type { LineAccounts } from './owner/accounts/lineAccounts'
import type { LineOrders } from './owner/accounts/lineOrders'
import type { RunningOwners } from './owner/owners'

/** The condition of a line to cTrader. */
export interface GatewayLineHealth {
  readonly name: string
  readonly environment: Environment
  /** How many accounts are open on it. */
  readonly accounts: number
  readonly health: Health
}

/** What has to be written before an order leaves. */
export type WrittenFirst = 'audit' | 'journal'

/** The condition of a gateway. */
export interface GatewayHealth {
  /** Its lines to cTrader. If they are shared with other processes, those that this one holds. */
  readonly lines: readonly GatewayLineHealth[]
  /** How many lines of browsers and other clients are open. */
  readonly peers: number
  readonly bus: 'up' | 'down'
  /** What could not be written within the last minute, and not since: orders did not leave. */
  readonly failedWrites: readonly WrittenFirst[]
}

/** How often a condition is looked at where there is no line, in ms. */
const PERIOD = 1_000

/** The condition of no line: at once, and once a second. */
export const noLines = (): Observable<readonly GatewayLineHealth[]> =>
  interval(PERIOD).pipe(
    startWith(0),
    map(() => []),
  )

/** The condition of the lines of a process. */
export const lineHealth = ({ lines, held$ }: RunningOwners): Observable<readonly GatewayLineHealth[]> =>
  held$.pipe(
    switchMap(held => {
      const owned = lines.flatMap(({ name, environment, client }) => {
        const accounts = held.get(name)?.accounts
        return accounts
          ? [client.health$.pipe(map(health => ({ name, environment, accounts: accounts.count(), health })))]
          : []
      })
      return owned.length === 0 ? noLines() : combineLatest(owned)
    }),
  )

const NO_ORDERS: LineOrders = { running: 0, lookup: 0, unsettled: 0, isJournalFailing: false }

/** Whether the journal of an account could not be written lately. */
export const failingJournals = ({ held }: RunningOwners): readonly WrittenFirst[] =>
  [...held().values()].some(({ accounts }) => accounts.orders().isJournalFailing) ? ['journal'] : []

/** The lines for those who measure. One that is held elsewhere has no accounts here. */
export const watchedLines = ({ lines, held }: RunningOwners): readonly WatchedLine[] =>
  lines.map(line => {
    const accounts = (): LineAccounts | undefined => held().get(line.name)?.accounts
    return {
      ...line,
      isHeld: () => accounts() !== undefined,
      accounts: () => accounts()?.count() ?? 0,
      orders: () => accounts()?.orders() ?? NO_ORDERS,
    }
  })
