import { ProtoOAExecutionType } from '../../../protocol/messages/enums'
import { getPurse, getSymbol, reportChange, serverCause } from '../state/exchangeAccount'
import type { ExchangeAccount } from '../state/exchangeAccount'
import { exitPrice } from './equity'
import { quoteRate } from '../state/money'
import type { Position } from '../state/records'
import { nextSwap, swapDays, dailySwap } from './rollover'

/** Charges or pays the swap that is due. It stays on the position until that is closed. */
export const chargeSwap = (account: ExchangeAccount, position: Position, at: number): void => {
  const { book, market } = account
  const symbol = getSymbol(account, position.symbolId)
  position.nextSwapAt = nextSwap(symbol.terms, at)
  position.swapPeriods += 1
  if (book.terms.swapFree || position.swapPeriods <= (symbol.terms.skipSWAPPeriods ?? 0)) return
  const swap = dailySwap(
    symbol,
    position,
    exitPrice(position.tradeSide, market.quoteAt(position.symbolId, at)),
    quoteRate(getPurse(account), symbol, at),
    swapDays(symbol.terms, at),
    book.terms.moneyDigits,
  )
  if (swap === 0) return
  position.swap += swap
  position.updatedAt = at
  book.marginDirty = true
  reportChange(account, ProtoOAExecutionType.SWAP, { position }, serverCause)
}
