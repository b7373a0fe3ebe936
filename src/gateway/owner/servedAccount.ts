import { PayloadType } from '../../protocol/payloadType'
import type { Journal } from '../../orders/model/journal'
import type { Log } from '../../session/logging/log'
import type { Bus } from '../bus/bus'
import { grantSlot, subjects } from '../bus/subjects'
import { createCommands } from './commands'
import type { Commands } from './commands'
import type { GrantKeeper } from './grants'
import type { TextCache } from './history'
import type { OwnedLine, Ownership } from './ownedLine'
import { createOwnedAccount } from './ownedAccount'
import type { OwnedAccount } from './ownedAccount'
import { createPrices } from './prices'
import type { Prices } from './prices'
import { createQueries } from './queries'
import type { AskQuery } from './queries'

/** An account on a line, with all that the edges may ask of it. */
export interface Served {
  readonly grantId: string
  readonly edges: Set<string>
  readonly owned: OwnedAccount
  readonly ask: AskQuery
  readonly prices: Prices
  readonly commands: Commands
  readonly close: () => void
}

/** What the accounts of all lines share. */
export interface ServedContext {
  readonly bus: Bus
  readonly grant: GrantKeeper['grant']
  readonly forgetGrant: GrantKeeper['forget']
  readonly history: TextCache
  readonly journal: (accountId: number) => Journal
  readonly feedOf: (account: { readonly accountId: number }) => string | undefined
  readonly log: Log
  readonly nextStamp: () => number
}

/** Opens an account on a line, and tells the edges of it. */
export const serveAccount = (
  { client, environment }: OwnedLine,
  { isSure }: Ownership,
  { accountId, grantId }: { readonly accountId: number; readonly grantId: string },
  { bus, feedOf, grant: grantOf, history, journal, log, nextStamp }: ServedContext,
): Served => {
  const slot = grantSlot(grantId)
  const grant = grantOf(grantId, client.request)
  const account = client.account({ accountId, accessToken: grant.accessToken })
  const owned = createOwnedAccount(account, grant, packet => {
    if (packet.kind === 'lost' || packet.payloadType === PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT)
      queries.forget()
    bus.publish(subjects.events(environment, slot, accountId), JSON.stringify(packet))
  })
  const queries = createQueries(owned, { nextStamp, history })
  const hasFeed = feedOf({ accountId }) !== undefined
  const prices = createPrices(owned, hasFeed, (kind, symbolId, payload) => {
    bus.publish(subjects.prices({ environment, slot, accountId }, kind, symbolId), JSON.stringify(payload))
  })
  const commands = createCommands(owned, isSure, journal(accountId), log)
  const recovery = commands.recovery$.subscribe()
  return {
    grantId,
    edges: new Set(),
    owned,
    ask: queries.ask,
    prices,
    commands,
    close: () => {
      recovery.unsubscribe()
      prices.close()
      owned.close()
    },
  }
}
