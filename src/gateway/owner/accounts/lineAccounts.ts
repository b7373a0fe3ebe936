import { catchError, map, of, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import { isRefusedAs } from '../../../protocol/errorCodes'
import { omitUndefined } from '../../../util/omitUndefined'
import type { BusLog } from '../../bus/bus'
import type { NumberedPacket, OwnerAnswer, OwnerNotice, OwnerReply, OwnerRequest } from '../../bus/messages'
import { grantSlot, subjects } from '../../bus/subjects'
import { isGrantLost } from '../../model/refusals'
import { answerRequest, answerRefusal } from './answerRequest'
import { createLineFeeds } from '../prices/lineFeeds'
import { createLookups } from './lookups'
import { lineOrders } from './lineOrders'
import type { LineOrders } from './lineOrders'
import type { OwnedLine, Ownership } from '../session/ownedLine'
import { createOpenAccountLists } from '../journal/openAccountLists'
import { createAllNumbers } from '../session/numbers'
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
  const numbersOf = createAllNumbers()
  const lineFeed = createLineFeeds(line, ownership, context.bus)
  const lists = createOpenAccountLists(ownership.isSure, openLog)

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
        beforeIntent: () => lookups.beforeOrder({ accountId, grantId }),
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

  const leave = (accountId: number, account: Served, user: string): void => {
    const { edges, grantId, lose, prices } = account
    prices.releaseAll(user)
    edges.delete(user)
    if ([...edges.values()].some(other => other.grantId === grantId)) return
    if (lookups.keeps(accountId, account)) return
    // The users who are left have tokens of their own. Those of a user who has gone are not used any more.
    if (edges.size > 0) lose()
    close(accountId)
  }
  const lookups = createLookups({
    lists,
    find: accountId => served.get(accountId),
    open: ({ accountId, grantId }, edge) => {
      answerOpen(accountId, grantId, edge).subscribe()
    },
    leave,
  })
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
      lookups.tryAgain()
      const before = monotonicNow() - FORGOTTEN_AFTER
      for (const [accountId, account] of [...served]) {
        lookups.endIfDone(accountId, account)
        account.prices.expire(before)
        for (const [user, { renewedAt }] of [...account.edges])
          if (renewedAt < before && served.get(accountId) === account) leave(accountId, account, user)
      }
    },
    recover: lookups.recover,
    count: () => served.size,
    orders: () => lineOrders(served, lists.all()),
    close: () => {
      for (const accountId of [...served.keys()]) close(accountId)
    },
  }
}
