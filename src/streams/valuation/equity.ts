import { distinctUntilChanged, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { ProtoOATrader } from '../../protocol/messages/account'
import { deepEqual } from '../../util/deepEqual'
import type { Account } from '../../session/account'
import type { Unvalued } from './unvalued'
import { moneyDigitsOf } from './valuation'
import type { Valued } from './valuation'
import { valuedPositions } from './valuedPositions'

/**
 * What an account is worth, in 10^-moneyDigits of the deposit currency: `toMoney(equity, moneyDigits)`. Where `unvalued`
 * is not empty, all but the balance is of the other positions alone: a margin level above the stop-out level does not
 * say then that there is no danger.
 */
export interface Equity {
  readonly balance: number
  /** Balance and net profit of the open positions, with the bonuses: no more of these than the rest is worth. */
  readonly equity: number
  /** What the open positions take together, as the account counts both sides of a symbol. */
  readonly usedMargin: number
  /** What is left of the equity for others. */
  readonly freeMargin: number
  /** Equity in percent of the used margin; without that there is none. */
  readonly marginLevel?: number
  readonly moneyDigits: number
  /** The open positions whose profit or margin nobody tells, and why: it is in no figure. */
  readonly unvalued: readonly Unvalued[]
}

/** A bonus carries losses only as far as there is as much money of one's own. */
const activeBonusOf = (
  { managerBonus = 0, ibBonus = 0, nonWithdrawableBonus = 0 }: ProtoOATrader,
  own: number,
): number => Math.min(managerBonus + ibBonus + nonWithdrawableBonus, Math.max(0, own))

const equityOf = ({ state, net, usedMargin, unvalued, marginless }: Valued): Equity => {
  const { balance } = state.trader
  const own = balance + net
  const equity = own + activeBonusOf(state.trader, own)
  return {
    balance,
    equity,
    usedMargin,
    freeMargin: equity - usedMargin,
    ...(usedMargin > 0 && { marginLevel: (equity / usedMargin) * 100 }),
    moneyDigits: moneyDigitsOf(state),
    unvalued: marginless.length > 0 ? [...unvalued, ...marginless] : unvalued,
  }
}

/**
 * The equity of the account with its margin: the latest at once, then at each quote, deal and payment that changes it.
 * Rests on the same as `pnl` does (`ProtoOATrader`, positions, quotes) and lives as it does: emits a second after the
 * account is known at the latest, with what is not known in `unvalued`; silent, also to a late consumer, while the line
 * is down; errors with the account, never completes. Balance and positions are always of the same moment; money is in
 * 10^-moneyDigits.
 *
 * ```ts
 * equity(account).subscribe(({ equity, marginLevel, moneyDigits }) => console.log(toMoney(equity, moneyDigits), marginLevel))
 * ```
 */
export const equity = (account: Account): Observable<Equity> =>
  valuedPositions(account).pipe(
    map(equityOf),
    distinctUntilChanged((a, b) => deepEqual(a, b)),
  )
