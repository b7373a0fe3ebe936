import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core'
import { price } from 'rx-ctrader'
import type { Pnl } from 'rx-ctrader'
import type { ProtoOAPosition } from 'rx-ctrader/protocol'
import { Desk } from '../desk'
import { Fixed } from '../shared/fixed'
import { Money } from '../shared/money'
import { LevelEditor } from './level-editor'
import type { EditedLevel } from './level-editor'
import { injectTraded } from './traded'

/** One open position. */
@Component({
  selector: 'tr[app-position]',
  imports: [Fixed, LevelEditor, Money],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './position-row.html',
})
export class PositionRow {
  readonly position = input.required<ProtoOAPosition>()
  readonly pnl = input<Pnl>()

  protected readonly desk = inject(Desk)
  protected readonly traded = injectTraded(this.position)

  protected readonly levels = computed((): readonly EditedLevel[] => [
    { label: 'Stop loss', price: this.position().stopLoss ?? null },
    { label: 'Take profit', price: this.position().takeProfit ?? null },
  ])
  protected readonly net = computed(() => this.pnl()?.positions.get(this.position().positionId)?.net)

  protected protect([stopLoss = null, takeProfit = null]: readonly (number | null)[]): void {
    this.desk.protect(this.position().positionId, {
      stopLoss: stopLoss === null ? null : price(stopLoss),
      takeProfit: takeProfit === null ? null : price(takeProfit),
    })
  }
}
