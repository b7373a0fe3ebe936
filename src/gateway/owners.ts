import { combineLatest, defer, map } from 'rxjs'
import type { Observable } from 'rxjs'
import { exposeGatewayActivity } from './activity'
import { failingJournals, lineHealth, watchedLines } from './health'
import type { GatewayLineHealth, WrittenFirst } from './health'
import { createCounters } from './model/stats'
import type { GrantedAccounts } from './owner/grants/grantedAccounts'
import { startOwners } from './owner/owners'
import { readOwnersOptions } from './ownersOptions'
import type { OwnersOptions } from './ownersOptions'

/** The condition of the lines of a process. */
export interface OwnersHealth {
  /** The lines that this process holds. */
  readonly lines: readonly GatewayLineHealth[]
  readonly bus: 'up' | 'down'
  /** What could not be written within the last minute, and not since: orders did not leave. */
  readonly failedWrites: readonly WrittenFirst[]
}

/** The part of a gateway that has the lines to cTrader. */
export interface Owners {
  /** Its condition: at once, and about once a second. Watching it opens no line. Never errors or completes. */
  readonly health$: Observable<OwnersHealth>
  /** The accounts that a token opens, asked over a line to cTrader (2149 and 2151). Emits once. */
  readonly grantedAccounts: (accessToken: string) => Observable<GrantedAccounts>
  /**
   * Ends it, when you subscribe: its lines are closed, and given to other processes. Orders that have not left are
   * refused. Completes when all is over: at once, unless tokens are being renewed.
   */
  readonly close: () => Observable<never>
}

/**
 * The part of a gateway that has the lines to cTrader, the secret and the tokens, for a process without browsers. There
 * may be any number of them, with the same `lines`, and of processes with {@link createEdge}. Each line is held by one
 * of them. When it ends, another one takes its lines over: in about a second if it was closed, after `ttl` if it has
 * died. Throws `InvalidOption` for invalid options.
 *
 * ```ts
 * const grants = natsGrants(nc, [{ id: '2026-11', key: process.env['GRANTS_KEY'] ?? '' }])
 * const owners = createOwners({ bus: natsBus(nc), application, grants })
 * process.once('SIGTERM', () => owners.close().subscribe())
 * ```
 */
export const createOwners = (options: OwnersOptions): Owners => {
  const settings = readOwnersOptions(options)
  const running = startOwners(settings)
  const owners: Owners = {
    health$: combineLatest([lineHealth(running), settings.bus.state$]).pipe(
      map(([lines, bus]) => ({ lines, bus, failedWrites: failingJournals(running) })),
    ),
    grantedAccounts: running.grantedAccounts,
    close: () => defer(running.stop),
  }
  exposeGatewayActivity(owners, {
    counters: createCounters(),
    peers: () => 0,
    lines: watchedLines(running),
    bus$: settings.bus.state$,
  })
  return owners
}
