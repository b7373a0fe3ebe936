import { filter, map } from 'rxjs'
import type { Observable } from 'rxjs'
import { toMap, toValues } from '../../util/persistentMap'
import type { Account } from '../../session/account'
import type { UnvaluedPosition } from './unvalued'
import { accountMoneyDigits } from './valuation'
import type { Valued } from './valuation'
import type { PositionPnl } from './profit'
import { valuedPositions } from './valuedPositions'

export type { PositionPnl } from './profit'
export type { UnvaluedPosition, UnvaluedReason } from './unvalued'

/**
 * What closing all positions now would bring, in the deposit currency: `toMoney(net, moneyDigits)`. It is complete
 * if `unvalued` is empty.
 */
export interface Pnl {
  /** By the prices alone, in 10^-moneyDigits. */
  readonly gross: number
  /** After swaps and opening commissions, before closing commissions. */
  readonly net: number
  readonly moneyDigits: number
  /** The positions whose value changed; in the first value, all of them. */
  readonly changed: readonly PositionPnl[]
  /** All valued positions by id. A new map in each value, made when it is first read. */
  readonly positions: ReadonlyMap<number, PositionPnl>
  /** The open positions without a known value, and why. They are in no sum. */
  readonly unvalued: readonly UnvaluedPosition[]
}

/** Up to this size, making the map at once costs no more than making it later. */
const FEW = 16

const pnlOf = ({ state, gross, net, changed, positions, unvalued }: Valued): Pnl => {
  let made: ReadonlyMap<number, PositionPnl> | undefined
  const pnl: Pnl = {
    gross,
    net,
    moneyDigits: accountMoneyDigits(state),
    changed,
    get positions() {
      return (made ??= toMap(positions))
    },
    unvalued,
  }
  // A copy has the map itself.
  return positions.size <= FEW ? { ...pnl } : pnl
}

/**
 * The unrealised profit of the open positions, each and in total, gross and net. Emits after each quote that
 * changes it.
 *
 * Calculated from the quotes of the positions' symbols and of the symbols that convert into the deposit currency,
 * at the bid. A quote costs only what the positions it concerns cost. The result equals the server's answer to
 * `ProtoOAGetPositionUnrealizedPnLReq` (2187) to the last digit if nothing is converted. It is not known which
 * price the server uses to convert.
 *
 * Some positions cannot be valued by quotes: their symbol is halted, has one side only, is not in the list, or
 * cannot be converted into the deposit currency. They get the server's value, requested every 5 s (`fromServer`).
 * If the server has none either, the position is in `unvalued` and the sums are without it.
 *
 * Emits once every position is valued, at most a second after the account is known. A late subscriber gets the
 * latest value at once. Silent while the line is down, also for a late subscriber, and for at most a second while a
 * new position gets its first value. Errors only with the account; never completes.
 *
 * ```ts
 * pnl(account).subscribe(({ net, moneyDigits }) => console.log(toMoney(net, moneyDigits)))
 * ```
 */
export const pnl = (account: Account): Observable<Pnl> =>
  valuedPositions(account).pipe(
    filter(({ isNews }, index) => isNews || index === 0),
    map((value, index) => pnlOf(index === 0 ? { ...value, changed: toValues(value.positions) } : value)),
  )
