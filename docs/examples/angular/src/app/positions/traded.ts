import { computed } from '@angular/core'
import type { Signal } from '@angular/core'
import { toObservable, toSignal } from '@angular/core/rxjs-interop'
import { switchMap } from 'rxjs'
import { ProtoOATradeSide, cents, centsToLots, symbol } from 'rx-ctrader'
import type { SymbolDetails } from 'rx-ctrader'
import type { ProtoOATradeData } from 'rx-ctrader/protocol'
import { injectAccount } from 'rx-ctrader/angular'

/** What an order and a position have in common, as a row shows it. */
export interface Traded {
  readonly terms: Signal<SymbolDetails | undefined>
  readonly isBuy: Signal<boolean>
  readonly lots: Signal<number>
}

export const injectTraded = (of: () => { readonly tradeData: ProtoOATradeData }): Traded => {
  const account = injectAccount()
  const symbolId = computed(() => of().tradeData.symbolId)
  const terms = toSignal(toObservable(symbolId).pipe(switchMap(id => symbol(account, id))))
  return {
    terms,
    isBuy: computed(() => of().tradeData.tradeSide === ProtoOATradeSide.BUY),
    lots: computed(() => {
      const { lotSize = 100 } = terms() ?? {}
      return centsToLots(cents(of().tradeData.volume), lotSize).lots
    }),
  }
}
