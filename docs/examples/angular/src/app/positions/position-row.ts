import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core'
import type { Pnl } from 'rx-ctrader'
import type { ProtoOAPosition } from 'rx-ctrader/protocol'
import { Desk } from '../desk'
import { Fixed } from '../shared/fixed'
import { Money } from '../shared/money'
import { injectTraded } from './traded'

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

  protected readonly desk = inject(Desk)
  protected readonly traded = injectTraded(this.position)

  protected readonly net = computed(() => this.pnl()?.positions.get(this.position().positionId)?.net)
}
