import { concat, lastValueFrom, timer } from 'rxjs'
import { concatMap } from 'rxjs'
import { closeAll, placeOrder, units } from 'rx-ctrader'
import { sweep } from 'rx-ctrader/backtest'
import type { Strategy, StrategyThreads, SweepOptions, SweepResult } from 'rx-ctrader/backtest'
import { MINUTE } from '../support'
import type { Prices } from '../support'

/** What the strategy of these specs is given. */
export interface Bet {
  readonly side: 'buy' | 'sell'
  readonly volume: number
}

/** Trades at once, and closes after 55 minutes. */
export const bet: Strategy<Bet> = (account, { side, volume }) =>
  concat(
    placeOrder(account, { type: 'market', symbol: 'EURUSD', side, volume: units(volume) }),
    timer(55 * MINUTE).pipe(concatMap(() => closeAll(account))),
  )

/** Hours. In each the price rises, or falls, by a pip each minute. */
export const hours = (directions: readonly (1 | -1)[]): Prices[] => {
  let pips = 11_000
  return directions.flatMap(direction =>
    Array.from({ length: 60 }, (): Prices => {
      const price = Number((pips / 10_000).toFixed(4))
      pips += direction
      return [price, price, price, price]
    }),
  )
}

/** Runs a sweep to its end. */
export const sweepOf = async <P extends object>(
  strategy: Strategy<P> | StrategyThreads,
  options: SweepOptions<P>,
): Promise<SweepResult<P>> => {
  const last = await lastValueFrom(sweep(strategy, options))
  if (last.kind !== 'result') throw new Error('a sweep ended without a result')
  return last
}
