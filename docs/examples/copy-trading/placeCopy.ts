import { EMPTY, asyncScheduler, catchError, concatMap, defer, of, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { isCTraderError, placeOrder, units } from 'rx-ctrader'
import type { NewOrder, OrderUpdate, SymbolDetails } from 'rx-ctrader'
import type { CopyLog } from './copyLog'
import type { Copied, CopyOptions, Copyable, Follower } from './model'
import { writeEnd } from './recoverCopies'
import { targetOf } from './sizing'

/** Identifies the order of a follower for a deal. The server gets it as `clientOrderId`. */
export const keyOf = ({ account }: Follower, { deal }: Copyable): string =>
  `m${deal.dealId}f${account.accountId}`

interface Plan {
  readonly isClosing: boolean
  readonly order: NewOrder
}

// #region plan
/** The order that brings a follower to its share of the master's position, if it needs one. */
export const planOrder = (
  log: CopyLog,
  follower: Follower,
  copyable: Copyable,
  terms: SymbolDetails,
): Plan | undefined => {
  const { positionId } = copyable.deal
  const share = log.shareOf(follower.account.accountId, positionId)
  const target = targetOf((share.ratio ?? 0) * log.masterLots(positionId), terms)
  const isClosing = Math.abs(target) < Math.abs(share.volume)
  // A close of the master never opens anything, also if an earlier deal was missed.
  if (target === share.volume || (!isClosing && !copyable.isOpening)) return undefined
  const volume = target - share.volume
  return {
    isClosing,
    order: {
      symbol: terms.symbolId,
      side: volume > 0 ? 'buy' : 'sell',
      type: 'market',
      volume: units(Math.abs(volume) / 100),
      clientOrderId: keyOf(follower, copyable),
      label: `copy of ${positionId}`,
      ...(follower.isNetted !== true && share.position !== undefined && { positionId: share.position }),
    },
  }
}
// #endregion

const statusOf = ({ status }: OrderUpdate): Copied['status'] | undefined => {
  if (status === 'filled') return 'filled'
  if (status === 'cancelled') return 'partiallyFilled'
  return status === 'rejected' || status === 'expired' ? 'refused' : undefined
}

/** Errors after which an order certainly had no effect. */
const HARMLESS: ReadonlySet<string> = new Set([
  'NotSent',
  'InvalidOrder',
  'UnknownSymbol',
  'WrongEnvironment',
])

export const copied = (
  { account: { accountId } }: Follower,
  { deal: { dealId }, receivedAt }: Copyable,
  status: Copied['status'],
): Copied => ({ dealId, accountId, status, took: asyncScheduler.now() - receivedAt })

// #region place
/** Claims the order, then places it. What is claimed is not placed again, unless it certainly had no effect. */
export const placeCopy = (
  { log, maxAge }: CopyOptions,
  follower: Follower,
  copyable: Copyable,
  { isClosing, order }: Plan,
): Observable<Copied> =>
  defer(() => {
    const { account, journal } = follower
    const key = keyOf(follower, copyable)
    log.write({ kind: 'claimed', key, follower: account.accountId, positionId: copyable.deal.positionId })
    return placeOrder(account, order, {
      journal,
      // A follower that is away gets it when it is back: a close at any time, and the rest while it is fresh.
      whenDisconnected: 'wait',
      ...(!isClosing && { timeout: maxAge }),
    }).pipe(
      tap(writeEnd(log, key)),
      concatMap(update => {
        const status = statusOf(update)
        return status === undefined ? EMPTY : of(copied(follower, copyable, status))
      }),
      catchError((error: unknown) => {
        if (!isCTraderError(error) || !HARMLESS.has(error.reason))
          return of(copied(follower, copyable, 'inDoubt'))
        log.write({ kind: 'released', key })
        return of(copied(follower, copyable, error.reason === 'NotSent' ? 'missed' : 'refused'))
      }),
    )
  })
// #endregion
