import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core'
import { toObservable, toSignal } from '@angular/core/rxjs-interop'
import { switchMap } from 'rxjs'
import { ProtoOATradeSide, cents, centsToLots, symbol } from 'rx-ctrader'
import type { Pnl, ProtoOAPosition } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Desk } from '../desk'
import { Fixed } from '../shared/fixed'
import { Money } from '../shared/money'

/** One open position. */
@Component({
  selector: 'tr[app-position]',
  imports: [Fixed, Money],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './position-row.html',
})
export class PositionRow {
  readonly position = input.required<ProtoOAPosition>()
  readonly pnl = input<Pnl>()

  private readonly account = injectAccount()
  protected readonly desk = inject(Desk)

  private readonly symbolId = computed(() => this.position().tradeData.symbolId)
  protected readonly terms = toSignal(
    toObservable(this.symbolId).pipe(switchMap(symbolId => symbol(this.account, symbolId))),
  )

  protected readonly isBuy = computed(() => this.position().tradeData.tradeSide === ProtoOATradeSide.BUY)
  protected readonly lots = computed(() => {
    const { lotSize = 100 } = this.terms() ?? {}
    return centsToLots(cents(this.position().tradeData.volume), lotSize).lots
  })
  protected readonly net = computed(() => this.pnl()?.positions.get(this.position().positionId)?.net)
}
