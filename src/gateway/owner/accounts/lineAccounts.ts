import { catchError, ignoreElements, map, of, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import { isRefusedAs } from '../../../protocol/errorCodes'
import { omitUndefined } from '../../../util/omitUndefined'
import type { BusLog } from '../../bus/bus'
import type { NumberedPacket, OwnerAnswer, OwnerNotice, OwnerReply, OwnerRequest } from '../../bus/messages'
import { grantSlot, subjects } from '../../bus/subjects'
import { isGrantLost } from '../../model/refusals'
import { answerRequest, answerRefusal } from './answerRequest'
import { createLineFeeds } from './lineFeeds'
import { lineOrders } from './lineOrders'
import type { LineOrders } from './lineOrders'
import type { OwnedLine, Ownership } from './ownedLine'
import { createOpenAccountLists } from '../journal/openAccountLists'
import type { OpenAccount } from '../journal/openAccounts'
import { createNumbers } from './numbers'
import type { Numbers } from './numbers'
import { accountUser, serveAccount, userKey } from './servedAccount'
import type { Served, ServedContext } from './servedAccount'

/** The accounts that are open on a line, for the edges. */
export interface LineAccounts {
  readonly answer: (accountId: number, request: OwnerRequest) => Observable<OwnerReply>
  readonly take: (accountId: number, notice: OwnerNotice) => void
  /** How many are open. */
  readonly count: () => number
  /** What has no end at this moment. */
  readonly orders: () => LineOrders
  /** Forgets the edges that have not said for a while that they need an account. */
  readonly sweep: () => void
  /** Opens those of some slots that may have open orders of a former owner, to find out what became of them. */
  readonly recover: (slots: readonly number[]) => Observable<never>
  readonly close: () => void
}

/** Stands for an edge while open orders are looked up. */
const RECOVERY = 'recovery'

/** How often an account with open orders is opened where that fails, in ms. */
const SEEK_AGAIN = 60_000

/**
 * An account that an edge needs stays in the list of open ones for so many ms after an order. Who trades often does not
 * wait for the list each time.
 */
const LISTED_FOR = 60_000

/** An edge is forgotten when it has not said for so many ms that it needs an account. */
const FORGOTTEN_AFTER = 15_000

/** Opens the accounts of a line when an edge needs them, and closes them when none does. */
export const createLineAccounts = (
  line: OwnedLine,
  ownership: Ownership,
  context: ServedContext,
  /** Of a slot, where others may take over. */
  openLog?: (slot: number) => BusLog,
): LineAccounts => {
  const { nextStamp } = context
  const served = new Map<number, Served>()
  /** Also of accounts that are closed: an edge may have their last ones. */
  const numbers = new Map<number, Numbers>()
  const numbersOf = (accountId: number): Numbers => {
    const known = numbers.get(accountId) ?? createNumbers()
    numbers.set(accountId, known)
    return known
  }

  const lineFeed = createLineFeeds(line, ownership, context.bus)
  const openLists = createOpenAccountLists(ownership.isSure, openLog)

  /** When accounts had their last order, in ms. */
  const orderedAt = new Map<number, number>()
  const isTrading = (accountId: number, { edges, grants }: Served): boolean => {
    const lookups = [...grants].filter(grantId => edges.has(userKey(RECOVERY, grantId))).length
    return edges.size > lookups && monotonicNow() - (orderedAt.get(accountId) ?? -Infinity) < LISTED_FOR
  }

  const close = (accountId: number): void => {
    served.get(accountId)?.close()
    served.delete(accountId)
  }
  const open = (accountId: number, grantId: string): Served => {
    const known = served.get(accountId)
    if (known && (known.grantId === grantId || !known.owned.hasFailed())) {
      known.join(grantId)
      return known
    }
    close(accountId)
    const onFenced = (): void => {
      if (served.get(accountId) !== account) return
      account.lose()
      close(accountId)
    }
    const account = serveAccount(
      line,
      ownership,
      {
        accountId,
        grantId,
        numbers: numbersOf(accountId),
        lineFeed,
        onFenced,
        beforeIntent: () => {
          orderedAt.set(accountId, monotonicNow())
          return openLists.add({ accountId, grantId })
        },
      },
      context,
    )
    served.set(accountId, account)
    return account
  }
  const answerOpen = (accountId: number, grantId: string, edge: string): Observable<OwnerAnswer> => {
    const account = open(accountId, grantId)
    const { at, edges, owned, pricesFor } = account
    edges.set(userKey(edge, grantId), accountUser(grantId, at()))
    return owned.ready().pipe(
      map(
        () =>
          ({
            kind: 'done',
            stamp: nextStamp(),
            at: at(),
            ...omitUndefined({ prices: pricesFor(grantId) }),
          }) as const,
      ),
      catchError((error: unknown) => {
        if (!isRefusedAs(error, 'badToken') && !isGrantLost(error)) return answerRefusal(error)
        // There may be other tokens by now: the next attempt loads them.
        context.forgetGrant(account.grantId)
        if (served.get(accountId) === account) close(accountId)
        return account.grantId === grantId ? answerRefusal(error) : answerOpen(accountId, grantId, edge)
      }),
    )
  }

  /** Stays until the open orders have an outcome. */
  const keepForRecovery = ({ edges }: Served, grantId: string): void => {
    edges.set(userKey(RECOVERY, grantId), { grantId, renewedAt: Infinity, seq: 0 })
  }
  /** When accounts were opened last because of their open orders, in ms. */
  const soughtAt = new Map<number, number>()
  const seek = ({ accountId, grantId }: OpenAccount): void => {
    soughtAt.set(accountId, monotonicNow())
    const account = open(accountId, grantId)
    answerOpen(accountId, grantId, RECOVERY).subscribe()
    keepForRecovery(account, grantId)
  }
  /** What no edge needs may have been closed, or have failed. */
  const seekLeft = (left: OpenAccount): void => {
    const { accountId, grantId } = left
    const edges = served.get(accountId)?.edges
    if (edges?.has(userKey(RECOVERY, grantId)) === false) return
    if (monotonicNow() - (soughtAt.get(accountId) ?? -Infinity) >= SEEK_AGAIN) seek(left)
  }
  const leave = (accountId: number, account: Served, user: string): void => {
    const { edges, grantId, lose, prices } = account
    prices.releaseAll(user)
    edges.delete(user)
    if ([...edges.values()].some(other => other.grantId === grantId)) return
    if (edges.size === 0 && openLists.has({ accountId, grantId })) {
      keepForRecovery(account, grantId)
      return
    }
    // The users who are left have tokens of their own. Those of a user who has gone are not used any more.
    if (edges.size > 0) lose()
    close(accountId)
  }
  /** An account without open orders need not be looked up by the next owner, and is not kept for its own lookup. */
  const closeIfDone = (accountId: number, account: Served): void => {
    const { commands, edges, grants } = account
    // It may be kept where it is not in the list any more: another process may have written there.
    const sought = [...grants].filter(
      grantId => openLists.has({ accountId, grantId }) || edges.has(userKey(RECOVERY, grantId)),
    )
    if (sought.length === 0 || !commands.isIdle() || isTrading(accountId, account)) return
    commands.lookUpOpen().subscribe({
      next: hasOpen => {
        if (hasOpen || !commands.isIdle() || served.get(accountId) !== account) return
        for (const grantId of sought) openLists.remove({ accountId, grantId })
        soughtAt.delete(accountId)
        for (const grantId of sought) leave(accountId, account, userKey(RECOVERY, grantId))
      },
      error: () => undefined,
    })
  }
  type Interest = Extract<OwnerNotice, { readonly kind: 'interest' }>
  /** The edge has missed something, and what it has is of no use. */
  const tellLoss = (accountId: number, { grantId }: Interest): void => {
    const account = served.get(accountId)
    if (account) {
      account.join(grantId)
      account.lose()
      return
    }
    const { epoch } = ownership
    const lost: NumberedPacket = { kind: 'lost', epoch, seq: numbersOf(accountId).nextEvent() }
    const subject = subjects.events(line.environment, grantSlot(grantId), accountId)
    context.bus.publish(subject, JSON.stringify(lost))
  }
  const renew = (accountId: number, notice: Interest): void => {
    const account = served.get(accountId)
    const { edge, grantId, has } = notice
    const key = userKey(edge, grantId)
    const user = account?.edges.get(key)
    // What was sent before the last time that it has said so, it should have by now.
    if (!account?.grants.has(grantId) || has.epoch !== ownership.epoch || (user && has.seq < user.seq)) {
      tellLoss(accountId, notice)
      return
    }
    account.edges.set(key, accountUser(grantId, account.at()))
    account.prices.renew(key, notice.prices)
  }

  const answer = (accountId: number, request: OwnerRequest): Observable<OwnerReply> => {
    // Another process may own the line by now.
    if (!ownership.isSure()) return of({ kind: 'notOwner' })
    const { grantId } = request
    if (request.kind === 'open') return answerOpen(accountId, grantId, request.edge)
    const account = served.get(accountId)
    if (!account?.grants.has(grantId)) return of({ kind: 'notOpen' })
    return answerRequest(account, request)
  }

  return {
    answer: (accountId, request) =>
      answer(accountId, request).pipe(
        tap(({ kind }) => {
          line.counters.requests[kind] += 1
        }),
      ),
    take: (accountId, notice) => {
      const account = served.get(accountId)
      if (notice.kind === 'interest') renew(accountId, notice)
      // An edge may take its leave of a former grant.
      else if (!account?.grants.has(notice.grantId)) return
      else if (notice.kind === 'withdraw') account.commands.withdraw(notice.id)
      else if (notice.kind === 'release')
        account.prices.release(userKey(notice.edge, notice.grantId), notice.key)
      else leave(accountId, account, userKey(notice.edge, notice.grantId))
    },
    sweep: () => {
      for (const left of openLists.all()) seekLeft(left)
      const before = monotonicNow() - FORGOTTEN_AFTER
      for (const [accountId, account] of [...served]) {
        closeIfDone(accountId, account)
        account.prices.expire(before)
        for (const [user, { renewedAt }] of [...account.edges])
          if (renewedAt < before && served.get(accountId) === account) leave(accountId, account, user)
      }
    },
    recover: slots =>
      openLists.read(slots).pipe(
        tap(accounts => {
          for (const account of accounts) seek(account)
        }),
        ignoreElements(),
      ),
    count: () => served.size,
    orders: () => lineOrders(served, openLists.all()),
    close: () => {
      for (const accountId of [...served.keys()]) close(accountId)
    },
  }
}
