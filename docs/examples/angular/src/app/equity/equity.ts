import { DecimalPipe } from '@angular/common'
import { ChangeDetectionStrategy, Component } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { equity } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Money } from '../shared/money'
import { perFrame } from '../shared/per-frame'

/** What the account is worth, and how much of it is free. */
@Component({
  selector: 'app-equity',
  imports: [DecimalPipe, Money],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './equity.html',
  styleUrl: './equity.css',
})
export class EquityLine {
  protected readonly now = toSignal(equity(injectAccount()).pipe(perFrame()))
}
