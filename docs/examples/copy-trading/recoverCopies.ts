import { concat, defer, from, ignoreElements, map, take, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { recoverOrders } from 'rx-ctrader'
import type { Journal, OrderIntent, OrderUpdate, RecoveredOrder } from 'rx-ctrader'
import type { CopyLog } from './copyLog'
import type { Follower } from './model'

/** The volume of an update, in cents, with the sign of its side. */
export const filledVolume = (update: OrderUpdate): number | undefined => {
  if (update.status !== 'filled' && update.status !== 'partiallyFilled') return undefined
  return update.side === 'buy' ? update.volume : -Number(update.volume)
}

const ENDS: ReadonlySet<string> = new Set(['filled', 'cancelled', 'expired', 'rejected'])

/** Writes the end of an order down, before the journal forgets it. */
export const writeEnd = (log: CopyLog, key: string) => {
  let volume = 0
  return (update: OrderUpdate): void => {
    volume = filledVolume(update) ?? volume
    if (!ENDS.has(update.status)) return
    log.write({
      kind: 'ended',
      key,
      volume,
      ...(update.positionId !== undefined && { position: update.positionId }),
    })
  }
}

const keyOf = ({ payload }: OrderIntent): string | undefined =>
  'clientOrderId' in payload ? payload.clientOrderId : undefined

const isUpdate = (update: RecoveredOrder['update']): update is OrderUpdate =>
  update.status !== 'notSent' && update.status !== 'notFound'

const openKeys = (journal: Journal): Observable<ReadonlySet<string | undefined>> =>
  defer(() => from(journal.load())).pipe(
    take(1),
    map(entries => {
      const open = new Map<string, string | undefined>()
      for (const entry of entries)
        if (entry.state === 'intended') open.set(entry.id, keyOf(entry))
        else open.delete(entry.id)
      return new Set(open.values())
    }),
  )

// #region recover
/**
 * Finds out what became of the orders of an earlier process. An order that was claimed and is not in the journal never
 * left. One without a trace stays claimed, so it is never placed again.
 */
export const recoverCopies = (log: CopyLog, { account, journal }: Follower): Observable<never> => {
  const unsent$ = openKeys(journal).pipe(
    tap(open => {
      for (const key of log.openClaims(account.accountId))
        if (!open.has(key)) log.write({ kind: 'released', key })
    }),
  )
  const ends = new Map<string, (update: OrderUpdate) => void>()
  const found$ = recoverOrders(account, { journal, horizon: 10_000 }).pipe(
    tap(({ intent, update }) => {
      const key = keyOf(intent)
      if (key === undefined) return
      if (update.status === 'notSent') log.write({ kind: 'released', key })
      if (!isUpdate(update)) return
      const end = ends.get(key) ?? writeEnd(log, key)
      ends.set(key, end)
      end(update)
    }),
  )
  return concat(unsent$, found$).pipe(ignoreElements())
}
// #endregion
