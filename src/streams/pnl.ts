import { filter, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Account } from '../session/account'
import { moneyDigitsOf } from './valuation'
import type { PositionPnl } from './profit'
import { valued } from './valued'

export type { PositionPnl } from './profit'

/** What closing all positions now would bring, in the deposit currency: `toMoney(net, moneyDigits)`. */
export interface Pnl {
  /** By the prices alone, in 10^-moneyDigits. */
  readonly gross: number
  /** After the swaps and the commissions of their opening, not after those of closing them. */
  readonly net: number
  readonly moneyDigits: number
  /** The positions whose value is another than before: all of them at first. */
  readonly changed: readonly PositionPnl[]
  /** All of them by id, as they stand when it is read: it is the same map each time. */
  readonly positions: ReadonlyMap<number, PositionPnl>
}

/**
 * The unrealised profit of the open positions, each and together, gross and net: what the server answers to
 * `ProtoOAGetPositionUnrealizedPnLReq` (2187), to the last digit, at each quote that changes it. Reckoned from the
 * quotes of their symbols and of those that convert their profits into the deposit currency; a quote costs no more
 * than the positions it concerns. Emits once all that it needs is known, the latest at once to a late subscriber;
 * silent, also to him, while the line is down and from when a position is opened until it is quoted. Errors with the
 * account, with `NoConversion` where there is no way into the deposit currency, and where a symbol cannot be quoted;
 * never completes.
 *
 * ```ts
 * pnl(account).subscribe(({ net, moneyDigits }) => console.log(toMoney(net, moneyDigits)))
 * ```
 */
export const pnl = (account: Account): Observable<Pnl> =>
  valued(account).pipe(
    filter(({ isNews }, index) => isNews || index === 0),
    map(({ state, gross, net, changed, positions }, index) => ({
      gross,
      net,
      moneyDigits: moneyDigitsOf(state),
      changed: index === 0 ? [...positions.values()] : changed,
      positions,
    })),
  )
