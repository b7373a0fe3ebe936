import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core'
import { price } from 'rx-ctrader'
import type { ProtoOAOrder } from 'rx-ctrader/protocol'
import { Desk } from '../desk'
import { Fixed } from '../shared/fixed'
import { LevelEditor } from './level-editor'
import type { EditedLevel } from './level-editor'
import { injectTraded } from './traded'

/** One order that waits for its price. */
@Component({
  selector: 'tr[app-order]',
  imports: [Fixed, LevelEditor],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './order-row.html',
})
export class OrderRow {
  readonly order = input.required<ProtoOAOrder>()

  protected readonly desk = inject(Desk)
  protected readonly traded = injectTraded(this.order)

  protected readonly kind = computed(() => {
    const side = this.traded.isBuy() ? 'buy' : 'sell'
    return `${side} ${this.order().limitPrice === undefined ? 'stop' : 'limit'}`
  })
  protected readonly price = computed(() => this.order().limitPrice ?? this.order().stopPrice ?? 0)
  protected readonly levels = computed((): readonly EditedLevel[] => [
    { label: 'Price', price: this.price() },
  ])

  protected amend([to = null]: readonly (number | null)[]): void {
    if (to !== null) this.desk.amend(this.order().orderId, { price: price(to) })
  }
}
