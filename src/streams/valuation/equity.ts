import { distinctUntilChanged, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { ProtoOATrader } from '../../protocol/messages/account'
import { deepEqual } from '../../util/deepEqual'
import type { Account } from '../../session/account'
import type { UnvaluedPosition } from './unvalued'
import { accountMoneyDigits } from './valuation'
import type { Valued } from './valuation'
import { valuedPositions } from './valuedPositions'

/**
 * The value of an account, in 10^-moneyDigits of the deposit currency: `toMoney(equity, moneyDigits)`. If
 * `unvalued` is not empty, the positions in it are missing from all figures except the balance. Then a margin level
 * above the stop-out level does not mean that the account is safe.
 */
export interface Equity {
  readonly balance: number
  /**
   * The balance, plus the net profit of the open positions, plus bonuses. Bonuses count up to the amount of the
   * rest.
   */
  readonly equity: number
  /** The margin of the open positions together, by the account's rule for the two sides of a symbol. */
  readonly usedMargin: number
  /** The equity that is free for new positions. */
  readonly freeMargin: number
  /** Equity in percent of the used margin; absent without used margin. */
  readonly marginLevel?: number
  readonly moneyDigits: number
  /** The open positions without a known profit or margin, and why. They are in no figure. */
  readonly unvalued: readonly UnvaluedPosition[]
}

/** A bonus covers losses only up to the amount of the account's own money. */
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
    moneyDigits: accountMoneyDigits(state),
    unvalued: marginless.length > 0 ? [...unvalued, ...marginless] : unvalued,
  }
}

/**
 * The equity of the account with its margin. Emits the latest value at once, then after each quote, deal and
 * payment that changes it. Balance and positions are always of the same moment. Money is in 10^-moneyDigits.
 *
 * Uses the same data as `pnl` (`ProtoOATrader`, positions, quotes). Emits at most a second after the account is
 * known, with the positions without a value in `unvalued`. Silent while the line is down, also for a late consumer.
 * Errors with the account; never completes.
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
