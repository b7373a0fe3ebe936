import { BehaviorSubject, EMPTY, Subscription } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Environment } from '../../errorFields'
import type { Journal } from '../../orders/model/journal'
import type { Bus, BusLog } from '../bus/bus'
import { createLines } from './lines/createLines'
import type { LinesOptions } from './lines/createLines'
import { grantedAccounts } from './grants/grantedAccounts'
import type { GrantedAccounts } from './grants/grantedAccounts'
import { GRANT_TTL } from './grants/grantClaim'
import { createGrantKeeper } from './grants/grants'
import type { Grants } from './grants/grants'
import { createTextCache } from './queries/cache'
import { holdLines } from './lines/holdLines'
import type { HoldOptions } from './lines/holdLines'
import { createLineAccounts } from './accounts/lineAccounts'
import type { LineAccounts } from './accounts/lineAccounts'
import { soleOwnership } from './session/ownedLine'
import type { OwnedLine, Ownership } from './session/ownedLine'
import { pickLine } from './lines/pickLine'
import type { ServedContext } from './accounts/servedAccount'
import { serveSlots } from './lines/serveSlots'

export interface OwnersSettings extends LinesOptions {
  readonly bus: Bus
  readonly grants: Grants
  readonly journal: (accountId: number) => Journal
  /** How lines are shared with other processes. Absent: there are no others. */
  readonly hold?: HoldOptions
}

/** A line while it is owned by this process. */
export interface HeldLine {
  readonly epoch: number
  readonly accounts: LineAccounts
}

/** The owners of lines in a process. */
export interface RunningOwners {
  readonly lines: readonly OwnedLine[]
  /** The lines that this process owns at present, by name. */
  readonly held$: Observable<ReadonlyMap<string, HeldLine>>
  readonly held: () => ReadonlyMap<string, HeldLine>
  readonly grantedAccounts: (accessToken: string) => Observable<GrantedAccounts>
  /**
   * Closes all accounts, and gives the lines back, at once. Completes when no renewed tokens are awaited or being saved.
   */
  readonly stop: () => Observable<never>
}

/** How much closed history is kept, in characters: about 64 MB. */
const HISTORY_CAPACITY = 32 * 1024 * 1024

const environmentsOf = (lines: readonly OwnedLine[]): readonly Environment[] => [
  ...new Set(lines.map(({ environment }) => environment)),
]

/** Holds lines to cTrader and the accounts on them, and serves the edges. */
export const startOwners = (settings: OwnersSettings): RunningOwners => {
  const { bus, feedOf, grants, hold, journal, log } = settings
  const lines = createLines(settings)
  const keeper = createGrantKeeper(
    grants,
    log,
    hold && (grantId => bus.lease(`grant.${grantId}`, { ttl: GRANT_TTL })),
  )
  const held$ = new BehaviorSubject<ReadonlyMap<string, HeldLine>>(new Map())
  const running = new Subscription()
  let stamp = 0
  const context: ServedContext = {
    bus,
    feedOf,
    journal,
    log,
    isShared: hold !== undefined,
    grant: keeper.grant,
    forgetGrant: keeper.forget,
    history: createTextCache(HISTORY_CAPACITY),
    nextStamp: () => (stamp += 1),
  }

  const begin = (line: OwnedLine, ownership: Ownership): LineAccounts => {
    const openLog = (slot: number): BusLog => bus.log(`open.${line.environment}.${slot}`)
    const accounts = createLineAccounts(line, ownership, context, hold && openLog)
    held$.next(new Map(held$.value).set(line.name, { epoch: ownership.epoch, accounts }))
    return accounts
  }
  const end = ({ name }: OwnedLine): void => {
    const held = new Map(held$.value)
    held.get(name)?.accounts.close()
    held.delete(name)
    held$.next(held)
  }
  const settled = ({ client }: OwnedLine): Observable<never> => keeper.settled(client)
  if (hold) running.add(holdLines({ bus, lines, hold, held$, begin, end, settled }).subscribe())
  else {
    for (const line of lines) begin(line, soleOwnership)
    for (const environment of environmentsOf(lines)) {
      const find = (slot: number): LineAccounts | undefined =>
        held$.value.get(pickLine(lines, environment, slot)?.name ?? '')?.accounts
      running.add(serveSlots(bus, environment, ['*'], find).subscribe())
    }
    running.add(() => {
      for (const line of lines) end(line)
    })
  }

  return {
    lines,
    held$,
    held: () => held$.value,
    grantedAccounts: accessToken => {
      const [first] = lines
      return first ? grantedAccounts(first.client, accessToken) : EMPTY
    },
    stop: () => {
      const over$ = keeper.close()
      running.unsubscribe()
      return over$
    },
  }
}
