import type { Market } from '../../simulator/market/model/market'
import { SPREAD, SYMBOL_ID, usual } from '../messages/usual'
import { toWirePrice } from '../../protocol/units'
import { drawnMarket } from './market'
import type { DrawnMarket } from './market'

/** Before all history. */
const EVER = 0

/**
 * The market of the kit. EURUSD opens at the prices of `spot()`, so that built and drawn prices fit together. Its
 * whole past is moved there.
 */
export const kitMarket = (past: Market, start: number): DrawnMarket => {
  const [bid, ask] = [toWirePrice(usual.price), toWirePrice(usual.price + SPREAD)]
  past.shift(SYMBOL_ID, bid - past.quoteAt(SYMBOL_ID, start).bid, EVER)
  return drawnMarket(past, start, symbolId => {
    const quote = past.quoteAt(symbolId, start)
    return symbolId === SYMBOL_ID ? { ...quote, ask } : quote
  })
}
