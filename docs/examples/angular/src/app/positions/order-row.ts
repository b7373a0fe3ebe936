import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core'
import { toObservable, toSignal } from '@angular/core/rxjs-interop'
import { switchMap } from 'rxjs'
import { ProtoOATradeSide, cents, centsToLots, symbol } from 'rx-ctrader'
import type { ProtoOAOrder } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Desk } from '../desk'
import { Fixed } from '../shared/fixed'

/** One order that waits for its price. */
@Component({
  selector: 'tr[app-order]',
  imports: [Fixed],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './order-row.html',
})
export class OrderRow {
  readonly order = input.required<ProtoOAOrder>()

  private readonly account = injectAccount()
  protected readonly desk = inject(Desk)

  private readonly symbolId = computed(() => this.order().tradeData.symbolId)
  protected readonly terms = toSignal(
    toObservable(this.symbolId).pipe(switchMap(symbolId => symbol(this.account, symbolId))),
  )

  protected readonly kind = computed(() => {
    const { limitPrice, tradeData } = this.order()
    const side = tradeData.tradeSide === ProtoOATradeSide.BUY ? 'buy' : 'sell'
    return `${side} ${limitPrice === undefined ? 'stop' : 'limit'}`
  })
  protected readonly price = computed(() => this.order().limitPrice ?? this.order().stopPrice ?? 0)
  protected readonly lots = computed(() => {
    const { lotSize = 100 } = this.terms() ?? {}
    return centsToLots(cents(this.order().tradeData.volume), lotSize).lots
  })
}
