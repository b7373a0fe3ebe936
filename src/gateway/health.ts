import { combineLatest, map, startWith, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Environment } from '../errorFields'
import type { Health } from '../session/state/health'
import type { WatchedLine } from './activity'
import type { Bus } from './bus/bus'
import type { RunningOwners } from './owner/owners'

/** The condition of a line to cTrader. */
export interface GatewayLineHealth {
  readonly name: string
  readonly environment: Environment
  /** How many accounts are open on it. */
  readonly accounts: number
  readonly health: Health
}

/** The condition of a gateway. */
export interface GatewayHealth {
  /** Its lines to cTrader. If they are shared with other processes, those that this one holds. */
  readonly lines: readonly GatewayLineHealth[]
  /** How many lines of browsers and other clients are open. */
  readonly peers: number
  readonly bus: 'up' | 'down'
}

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
      return owned.length === 0 ? [[]] : combineLatest(owned)
    }),
  )

export const busState = ({ state$ }: Bus): Observable<'up' | 'down'> => state$.pipe(startWith('up' as const))

/** The lines for those who measure. One that is held elsewhere has no accounts here. */
export const watchedLines = ({ lines, held }: RunningOwners): readonly WatchedLine[] =>
  lines.map(line => ({ ...line, accounts: () => held().get(line.name)?.accounts.count() ?? 0 }))
