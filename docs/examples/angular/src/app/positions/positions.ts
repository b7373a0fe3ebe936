import { ChangeDetectionStrategy, Component } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { map } from 'rxjs'
import { orders, pnl, positions } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Money } from '../shared/money'
import { perFrame } from '../shared/per-frame'
import { OrderRow } from './order-row'
import { PositionRow } from './position-row'

/** What is open, with its profit, and what waits for its price. */
@Component({
  selector: 'app-positions',
  imports: [Money, OrderRow, PositionRow],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './positions.html',
})
export class Positions {
  private readonly account = injectAccount()

  protected readonly positions = toSignal(positions(this.account).pipe(map(({ all }) => all)))
  protected readonly orders = toSignal(orders(this.account).pipe(map(({ all }) => all)))
  protected readonly pnl = toSignal(pnl(this.account).pipe(perFrame()))
}
