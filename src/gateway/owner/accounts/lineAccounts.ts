import {
  EMPTY,
  Subject,
  catchError,
  defer,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  retry,
  tap,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import { isRefusedAs } from '../../../protocol/errorCodes'
import { omitUndefined } from '../../../util/omitUndefined'
import type { BusLog } from '../../bus/bus'
import type { NumberedPacket, OwnerAnswer, OwnerNotice, OwnerReply, OwnerRequest } from '../../bus/messages'
import { grantSlot, subjects } from '../../bus/subjects'
import { isGrantLost, toRefusal } from '../../model/refusals'
import { createLineFeeds } from './lineFeeds'
import type { OwnedLine, Ownership } from './ownedLine'
import { createOpenAccounts } from '../journal/openAccounts'
import type { OpenAccount, OpenAccounts } from '../journal/openAccounts'
import { createNumbers } from './numbers'
import type { Numbers } from './numbers'
import { accountUser, serveAccount } from './servedAccount'
import type { Served, ServedContext } from './servedAccount'

/** The accounts that are open on a line, for the edges. */
export interface LineAccounts {
  readonly answer: (accountId: number, request: OwnerRequest) => Observable<OwnerReply>
  readonly take: (accountId: number, notice: OwnerNotice) => void
  /** How many are open. */
  readonly count: () => number
  /** How many order commands have no outcome. */
  readonly commands: () => number
  /** Forgets the edges that have not said for a while that they need an account. */
  readonly sweep: () => void
  /** Opens those of some slots that may have open orders of a former owner, to find out what became of them. */
  readonly recover: (slots: readonly number[]) => Observable<never>
  readonly close: () => void
}

/** Stands for an edge while open orders are looked up. */
const RECOVERY = 'recovery'

/** After how many ms the list of accounts with open orders is read again where that has failed. */
const RETRY_AFTER = 1_000

/** How often an account with open orders is opened where that fails, in ms. */
const SEEK_AGAIN = 60_000

/** An edge is forgotten when it has not said for so many ms that it needs an account. */
const FORGOTTEN_AFTER = 15_000

const refused = (error: unknown): Observable<OwnerAnswer> =>
  of({ kind: 'refused', refusal: toRefusal(error) })

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
  const indexes = new Map<number, OpenAccounts>()
  /** The slots in whose list another process has written. */
  const fenced$ = new Subject<number>()
  const indexOf = (slot: number): OpenAccounts | undefined => {
    const known = indexes.get(slot)
    if (known || !openLog) return known
    const index = createOpenAccounts(openLog(slot), {
      isSure: ownership.isSure,
      onFenced: () => {
        if (indexes.get(slot) !== index) return
        indexes.delete(slot)
        fenced$.next(slot)
      },
    })
    indexes.set(slot, index)
    return index
  }
  const mayHaveOpen = (accountId: number, grantId: string): boolean =>
    indexOf(grantSlot(grantId))?.has(accountId) === true

  const close = (accountId: number): void => {
    served.get(accountId)?.close()
    served.delete(accountId)
  }
  const open = (accountId: number, grantId: string): Served => {
    const known = served.get(accountId)
    if (known?.grantId === grantId) return known
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
        beforeIntent: () => indexOf(grantSlot(grantId))?.add({ accountId, grantId }) ?? EMPTY,
      },
      context,
    )
    served.set(accountId, account)
    return account
  }
  const answerOpen = (
    accountId: number,
    { at, edges, feed, owned, grantId }: Served,
    edge: string,
  ): Observable<OwnerAnswer> => {
    edges.set(edge, accountUser(at()))
    return owned.ready().pipe(
      map(
        () =>
          ({
            kind: 'done',
            stamp: nextStamp(),
            at: at(),
            ...omitUndefined({ prices: feed?.source }),
          }) as const,
      ),
      catchError((error: unknown) => {
        // There may be other tokens by now: the next attempt loads them.
        if (isRefusedAs(error, 'badToken') || isGrantLost(error)) {
          context.forgetGrant(grantId)
          close(accountId)
        }
        return refused(error)
      }),
    )
  }

  /** When accounts were opened last because of their open orders, in ms. */
  const soughtAt = new Map<number, number>()
  const seek = ({ accountId, grantId }: OpenAccount): void => {
    soughtAt.set(accountId, monotonicNow())
    const account = open(accountId, grantId)
    answerOpen(accountId, account, RECOVERY).subscribe()
    account.edges.set(RECOVERY, { renewedAt: Infinity, seq: 0 })
  }
  /** What no edge needs may have been closed, or have failed. */
  const seekLeft = (left: OpenAccount): void => {
    const { accountId } = left
    const edges = served.get(accountId)?.edges
    if (edges?.has(RECOVERY) === false) return
    if (monotonicNow() - (soughtAt.get(accountId) ?? -Infinity) >= SEEK_AGAIN) seek(left)
  }
  const leave = (accountId: number, { edges, prices, grantId }: Served, edge: string): void => {
    prices.releaseAll(edge)
    edges.delete(edge)
    if (edges.size > 0) return
    if (mayHaveOpen(accountId, grantId)) edges.set(RECOVERY, { renewedAt: Infinity, seq: 0 })
    else close(accountId)
  }
  /** An account without open orders need not be looked up by the next owner. */
  const closeIfDone = (accountId: number, account: Served): void => {
    const { commands, grantId } = account
    const index = indexOf(grantSlot(grantId))
    if (index?.has(accountId) !== true || !commands.isIdle()) return
    commands.lookUpOpen().subscribe({
      next: hasOpen => {
        if (hasOpen || !commands.isIdle() || served.get(accountId) !== account) return
        index.remove({ accountId, grantId })
        soughtAt.delete(accountId)
        leave(accountId, account, RECOVERY)
      },
      error: () => undefined,
    })
  }
  type Interest = Extract<OwnerNotice, { readonly kind: 'interest' }>
  /** The edge has missed something, and what it has is of no use. */
  const tellLoss = (accountId: number, { grantId }: Interest): void => {
    const account = served.get(accountId)
    if (account) {
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
    const { edge, has } = notice
    const user = account?.edges.get(edge)
    // What was sent before the last time that it has said so, it should have by now.
    if (!account || has.epoch !== ownership.epoch || (user && has.seq < user.seq)) {
      tellLoss(accountId, notice)
      return
    }
    account.edges.set(edge, accountUser(account.at()))
    account.prices.renew(edge, notice.prices)
  }

  return {
    answer: (accountId, request) => {
      // Another process may own the line by now.
      if (!ownership.isSure()) return of({ kind: 'notOwner' })
      const account = request.kind === 'open' ? open(accountId, request.grantId) : served.get(accountId)
      if (account?.grantId !== request.grantId) return of({ kind: 'notOpen' })
      switch (request.kind) {
        case 'open':
          return answerOpen(accountId, account, request.edge)
        case 'query':
          return account.ask(request).pipe(
            map(payload => ({ kind: 'done', payload }) as const),
            catchError(refused),
          )
        case 'command':
          return account.commands.run(request)
        case 'subscribe':
          return account.prices.subscribe(request.edge, request.key).pipe(
            map(({ snapshot, at }) => ({ kind: 'done', at, ...omitUndefined({ snapshot }) }) as const),
            catchError(refused),
          )
      }
    },
    take: (accountId, notice) => {
      const account = served.get(accountId)
      // An edge may take its leave of a former grant when the account is open by another.
      if (account && account.grantId !== notice.grantId) return
      if (notice.kind === 'interest') renew(accountId, notice)
      else if (!account) return
      else if (notice.kind === 'withdraw') account.commands.withdraw(notice.id)
      else if (notice.kind === 'release') account.prices.release(notice.edge, notice.key)
      else leave(accountId, account, notice.edge)
    },
    sweep: () => {
      for (const index of [...indexes.values()]) for (const left of index.all()) seekLeft(left)
      const before = monotonicNow() - FORGOTTEN_AFTER
      for (const [accountId, account] of [...served]) {
        closeIfDone(accountId, account)
        account.prices.expire(before)
        for (const [edge, { renewedAt }] of [...account.edges])
          if (renewedAt < before) leave(accountId, account, edge)
      }
    },
    recover: slots =>
      merge(from(slots), fenced$).pipe(
        mergeMap(slot =>
          defer(() => indexOf(slot)?.load() ?? EMPTY).pipe(
            tap(accounts => {
              for (const account of accounts) seek(account)
            }),
            retry({ delay: RETRY_AFTER }),
          ),
        ),
        ignoreElements(),
      ),
    count: () => served.size,
    commands: () => [...served.values()].reduce((sum, { commands }) => sum + commands.count(), 0),
    close: () => {
      for (const accountId of [...served.keys()]) close(accountId)
    },
  }
}
