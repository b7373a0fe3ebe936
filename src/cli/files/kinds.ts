import { switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account, PeriodName, QuoteSide } from '../../index'
import { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'
import { Mistake } from '../outcome'
import { cashFlow } from './kinds/cashFlow'
import { deals } from './kinds/deals'
import type { ExportKind } from './kinds/kind'
import { orders } from './kinds/orders'
import { bars, ticks } from './kinds/prices'

/** Uses a kind, without a need to know its rows. */
export type UseKind<R> = <T>(kind: ExportKind<T>) => Observable<R>

const WHAT = 'Export what? SYMBOL PERIOD for bars, SYMBOL ticks, deals, orders, or cashflow.'

/** Finds what is to be exported, and uses it. */
export const withKind = <R>(
  account: Account,
  what: string,
  detail: string | undefined,
  side: QuoteSide,
  use: UseKind<R>,
): Observable<R> => {
  if (detail === undefined) {
    switch (what.toLowerCase()) {
      case 'deals':
        return deals(account).pipe(switchMap(kind => use(kind)))
      case 'orders':
        return orders(account).pipe(switchMap(kind => use(kind)))
      case 'cashflow':
        return cashFlow(account).pipe(switchMap(kind => use(kind)))
      default:
        throw new Mistake(WHAT)
    }
  }
  if (detail.toLowerCase() === 'ticks') return ticks(account, what, side).pipe(switchMap(kind => use(kind)))
  const period = detail.toUpperCase()
  if (!Object.hasOwn(ProtoOATrendbarPeriod, period))
    throw new Mistake(`${detail} is no period: ${Object.keys(ProtoOATrendbarPeriod).join(', ')}, or ticks.`)
  return bars(account, what, period as PeriodName).pipe(switchMap(kind => use(kind)))
}
