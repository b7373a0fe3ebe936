import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core'
import { toObservable, toSignal } from '@angular/core/rxjs-interop'
import { switchMap } from 'rxjs'
import { pipSize, spots, symbol } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Selection } from '../selection'
import { Fixed } from '../shared/fixed'
import { perFrame } from '../shared/per-frame'
import { Price } from '../shared/price'
import { moves } from './moves'

/** What one symbol costs. */
@Component({
  selector: 'tr[app-quote]',
  imports: [Fixed, Price],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './quote-row.html',
  host: { '[class.selected]': 'name() === selection.name()', '(click)': 'selection.name.set(name())' },
})
export class QuoteRow {
  readonly name = input.required<string>()

  private readonly account = injectAccount()
  protected readonly selection = inject(Selection)
  private readonly name$ = toObservable(this.name)

  protected readonly terms = toSignal(this.name$.pipe(switchMap(name => symbol(this.account, name))))
  protected readonly move = toSignal(
    this.name$.pipe(switchMap(name => spots(this.account, name).pipe(perFrame(), moves()))),
  )

  protected readonly spreadInPips = computed(() => {
    const spread = this.move()?.quote.spread ?? 0
    return spread / pipSize(this.terms()?.pipPosition ?? 0)
  })
  protected readonly changeInPercent = computed(() => {
    const { bid = 0, sessionClose = bid } = this.move()?.quote ?? {}
    return sessionClose > 0 ? (bid / sessionClose - 1) * 100 : 0
  })
}
