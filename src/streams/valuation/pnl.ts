import { filter, map } from 'rxjs'
import type { Observable } from 'rxjs'
import { toMap, valuesOf } from '../../util/persistentMap'
import type { Account } from '../../session/account'
import type { Unvalued } from './unvalued'
import { moneyDigitsOf } from './valuation'
import type { Valued } from './valuation'
import type { PositionPnl } from './profit'
import { valuedPositions } from './valuedPositions'

export type { PositionPnl } from './profit'
export type { Unvalued, UnvaluedReason } from './unvalued'

/**
 * What closing all positions now would bring, in the deposit currency: `toMoney(net, moneyDigits)`. It is all of it
 * where `unvalued` is empty.
 */
export interface Pnl {
  /** By the prices alone, in 10^-moneyDigits. */
  readonly gross: number
  /** After the swaps and the commissions of their opening, not after those of closing them. */
  readonly net: number
  readonly moneyDigits: number
  /** The positions whose value is another than before: all of them at first. */
  readonly changed: readonly PositionPnl[]
  /** All that are valued by id, as they are now: another map each time, which is made when it is first read. */
  readonly positions: ReadonlyMap<number, PositionPnl>
  /** The open positions whose value nobody tells, and why: they are in no sum. */
  readonly unvalued: readonly Unvalued[]
}

/** For so many a map costs no more than to make it later. */
const FEW = 16

const pnlOf = ({ state, gross, net, changed, positions, unvalued }: Valued): Pnl => {
  const moneyDigits = moneyDigitsOf(state)
  if (positions.size <= FEW)
    return { gross, net, moneyDigits, changed, positions: toMap(positions), unvalued }
  let made: ReadonlyMap<number, PositionPnl> | undefined
  return {
    gross,
    net,
    moneyDigits,
    changed,
    get positions() {
      return (made ??= toMap(positions))
    },
    unvalued,
  }
}

/**
 * The unrealised profit of the open positions, each and together, gross and net, at each quote that changes it.
 * Reckoned from the quotes of their symbols and of those that convert their profits into the deposit currency, at the
 * bid; a quote costs no more than the positions it concerns. It is what the server answers to
 * `ProtoOAGetPositionUnrealizedPnLReq` (2187), to the last digit where nothing is to be converted; by which price the
 * server converts is not known.
 *
 * A position that quotes do not value (its symbol is halted, told on one side only, not in the list, or has no way into
 * the deposit currency) gets the value that the server answers, asked every 5 s: `isAnswered`. Where the server has none
 * either the position is named in `unvalued`, and the sums are those of the others.
 *
 * Emits once every position is valued, a second after the account is known at the latest; the latest at once to a late
 * subscriber. Silent, also to him, while the line is down, and for a second at most while the first value of a new
 * position is waited for. Errors with the account alone; never completes.
 *
 * ```ts
 * pnl(account).subscribe(({ net, moneyDigits }) => console.log(toMoney(net, moneyDigits)))
 * ```
 */
export const pnl = (account: Account): Observable<Pnl> =>
  valuedPositions(account).pipe(
    filter(({ isNews }, index) => isNews || index === 0),
    map((value, index) => pnlOf(index === 0 ? { ...value, changed: valuesOf(value.positions) } : value)),
  )
