import { BroadcastChannel } from 'node:worker_threads'
import { NEVER, concat, concatMap, timer } from 'rxjs'
import { closeAll, placeOrder, units } from 'rx-ctrader'
import type { Strategy } from 'rx-ctrader/backtest'

export interface Bet {
  readonly side: 'buy' | 'sell'
  readonly volume: number
}

/** Trades at once, and closes after 55 minutes. Does not trade less than 2,000. */
export const bet: Strategy<Bet> = (account, { side, volume }) => {
  if (volume < 2_000) throw new Error('too little')
  return concat(
    placeOrder(account, { type: 'market', symbol: 'EURUSD', side, volume: units(volume) }),
    timer(55 * 60_000).pipe(concatMap(() => closeAll(account))),
  )
}

export default bet

export const leaver: Strategy<Bet> = () => process.exit(3)

/** Says that it has begun, and never gives its turn back. */
export const endless: Strategy<Bet> = account => {
  new BroadcastChannel('begun').postMessage(true)
  for (;;) if (account.authenticated$ === NEVER) return NEVER
}

export const number = 1
