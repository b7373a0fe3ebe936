import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import { PayloadType } from '../../../protocol/payloadType'
import type { Journal } from '../../../orders/model/journal'
import type { Log } from '../../../session/logging/log'
import type { Bus } from '../../bus/bus'
import type { AccountPacket, NumberedPacket } from '../../bus/messages'
import type { Position } from '../../bus/position'
import { grantSlot, subjects } from '../../bus/subjects'
import { createCommands } from '../orders/commands'
import type { Commands } from '../orders/commands'
import type { GrantKeeper } from '../grants/grants'
import type { TextCache } from '../queries/cache'
import type { OwnedLine, Ownership } from '../session/ownedLine'
import type { Numbers } from '../session/numbers'
import { watchFence } from '../journal/fencedJournal'
import { createOwnedAccount } from '../session/ownedAccount'
import type { OwnedAccount } from '../session/ownedAccount'
import { createCurrentPrices } from '../prices/currentPrices'
import type { LineFeed } from '../prices/lineFeeds'
import { createPrices } from '../prices/prices'
import type { Prices } from '../prices/prices'
import { createQueries } from '../queries/queries'
import type { AskQuery } from '../queries/queries'

/**
 * An account on a line, with all that the edges may ask of it. On a line, cTrader has one session of an account, so users
 * with grants of their own share it.
 */
export interface Served {
  /** The grant by whose token it is authenticated. */
  readonly grantId: string
  /** Those whose users have it open. */
  readonly grants: ReadonlySet<string>
  /** From now on, users of this grant have it open, too. */
  readonly join: (grantId: string) => void
  /** The edges that need it, each for users of one grant. */
  readonly edges: Map<string, AccountUser>
  /** The last event that was sent. */
  readonly at: () => Position
  /** Events may be missing at the edges. */
  readonly lose: () => void
  readonly owned: OwnedAccount
  readonly ask: AskQuery
  readonly prices: Prices
  /** Where its prices come, if not where an edge expects those of a grant. */
  readonly pricesFor: (grantId: string) => string | undefined
  readonly commands: Commands
  readonly close: () => void
}

/** An edge, for its users of a grant. */
export const userKey = (edge: string, grantId: string): string => `${edge} ${grantId}`

/** An edge that needs an account, for users of a grant. */
export interface AccountUser {
  readonly grantId: string
  /** When it last said so, in ms. */
  readonly renewedAt: number
  /** The number of the last event then. */
  readonly seq: number
}

export const accountUser = (grantId: string, { seq }: Position): AccountUser => ({
  grantId,
  renewedAt: monotonicNow(),
  seq,
})

/** What the accounts of all lines share. */
export interface ServedContext {
  readonly bus: Bus
  readonly grant: GrantKeeper['grant']
  readonly forgetGrant: GrantKeeper['forget']
  readonly history: TextCache
  readonly journal: (accountId: number) => Journal
  readonly feedOf: (account: { readonly accountId: number }) => string | undefined
  readonly log: Log
  /** Whether other processes may take the account over. */
  readonly isShared: boolean
  readonly nextStamp: () => number
}

export interface AccountOpening {
  readonly accountId: number
  readonly grantId: string
  readonly numbers: Numbers
  readonly lineFeed: (feed: string) => LineFeed
  /** Another process has the journal, and with it the account. */
  readonly onFenced: () => void
  /** Has to complete before an order is written down. */
  readonly beforeIntent: () => Observable<unknown>
}

/** Opens an account on a line, and tells the edges of it. */
export const serveAccount = (
  { client, counters, environment }: OwnedLine,
  { epoch, isSure }: Ownership,
  { accountId, grantId, lineFeed, numbers, onFenced, beforeIntent }: AccountOpening,
  { bus, feedOf, grant: grantOf, history, isShared, journal, log, nextStamp }: ServedContext,
): Served => {
  const slot = grantSlot(grantId)
  const grants = new Set([grantId])
  /** Where the edges listen, each for a grant. */
  const slots = new Set([slot])
  const grant = grantOf(grantId, client)
  const account = client.account({ accountId, accessToken: grant.accessToken })
  const publish = (packet: AccountPacket): void => {
    const numbered: NumberedPacket = { ...packet, epoch, seq: numbers.nextEvent() }
    const body = JSON.stringify(numbered)
    if (packet.kind === 'event') counters.events += 1
    for (const each of slots) bus.publish(subjects.events(environment, each, accountId), body)
  }
  // On a line that has failed for good, an account fails before anything was asked.
  let forgetAnswers = (): void => undefined
  const owned = createOwnedAccount(account, grant, packet => {
    if (packet.kind === 'lost' || packet.payloadType === PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT)
      forgetAnswers()
    publish(packet)
  })
  const queries = createQueries(owned, { nextStamp, history })
  forgetAnswers = queries.forget
  const feedName = feedOf({ accountId })
  const feed = feedName === undefined ? undefined : lineFeed(feedName)
  const source = subjects.ownPrices({ environment, slot, accountId })
  const current = feed?.current ?? createCurrentPrices({ bus, source, epoch, numbers, counters })
  const prices = createPrices(owned, current, feed !== undefined)
  const commands = createCommands(owned, watchFence(journal(accountId), onFenced, beforeIntent), {
    isSure,
    isShared,
    counters,
    log,
  })
  const recovery = commands.recovery$.subscribe()
  return {
    grantId,
    grants,
    join: other => {
      grants.add(other)
      slots.add(grantSlot(other))
    },
    edges: new Map(),
    at: () => ({ epoch, seq: numbers.event() }),
    lose: () => {
      publish({ kind: 'lost' })
    },
    owned,
    ask: queries.ask,
    prices,
    pricesFor: other => feed?.source ?? (grantSlot(other) === slot ? undefined : source),
    commands,
    close: () => {
      recovery.unsubscribe()
      prices.close()
      owned.close()
      numbers.rest()
    },
  }
}
