import { catchError, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { isRefusedAs } from '../../protocol/errorCodes'
import { omitUndefined } from '../../util/omitUndefined'
import type { OwnerAnswer, OwnerNotice, OwnerReply, OwnerRequest } from '../bus/messages'
import { isGrantLost, notAuthorized, toRefusal } from '../model/refusals'
import type { OwnedLine, Ownership } from './ownedLine'
import { serveAccount } from './servedAccount'
import type { Served, ServedContext } from './servedAccount'

/** The accounts that are open on a line, for the edges. */
export interface LineAccounts {
  readonly answer: (accountId: number, request: OwnerRequest) => Observable<OwnerReply>
  readonly take: (accountId: number, notice: OwnerNotice) => void
  /** How many are open. */
  readonly count: () => number
  /** How many order commands have no outcome. */
  readonly commands: () => number
  readonly close: () => void
}

const refused = (error: unknown): Observable<OwnerAnswer> =>
  of({ kind: 'refused', refusal: toRefusal(error) })

/** Opens the accounts of a line when an edge needs them, and closes them when none does. */
export const createLineAccounts = (
  line: OwnedLine,
  ownership: Ownership,
  context: ServedContext,
): LineAccounts => {
  const { nextStamp } = context
  const served = new Map<number, Served>()

  const close = (accountId: number): void => {
    served.get(accountId)?.close()
    served.delete(accountId)
  }
  const open = (accountId: number, grantId: string): Served => {
    const known = served.get(accountId)
    if (known?.grantId === grantId) return known
    close(accountId)
    const account = serveAccount(line, ownership, { accountId, grantId }, context)
    served.set(accountId, account)
    return account
  }
  const answerOpen = (
    accountId: number,
    { edges, owned, grantId }: Served,
    edge: string,
  ): Observable<OwnerAnswer> => {
    edges.add(edge)
    return owned.ready().pipe(
      map(() => ({ kind: 'done', stamp: nextStamp() }) as const),
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

  return {
    answer: (accountId, request) => {
      // Another process may own the line by now.
      if (!ownership.isSure()) return of({ kind: 'notOwner' })
      const account = request.kind === 'open' ? open(accountId, request.grantId) : served.get(accountId)
      if (account?.grantId !== request.grantId) return of({ kind: 'refused', refusal: notAuthorized })
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
            map(snapshot => ({ kind: 'done', ...omitUndefined({ snapshot }) }) as const),
            catchError(refused),
          )
      }
    },
    take: (accountId, notice) => {
      const account = served.get(accountId)
      // An edge may take its leave of a former grant when the account is open by another.
      if (account?.grantId !== notice.grantId) return
      if (notice.kind === 'withdraw') account.commands.withdraw(notice.id)
      else if (notice.kind === 'release') account.prices.release(notice.edge, notice.key)
      else {
        account.prices.releaseAll(notice.edge)
        account.edges.delete(notice.edge)
        if (account.edges.size === 0) close(accountId)
      }
    },
    count: () => served.size,
    commands: () => [...served.values()].reduce((sum, { commands }) => sum + commands.count(), 0),
    close: () => {
      for (const accountId of [...served.keys()]) close(accountId)
    },
  }
}
