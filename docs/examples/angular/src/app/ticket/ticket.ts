import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal, signal } from '@angular/core'
import { toObservable, toSignal } from '@angular/core/rxjs-interop'
import { FormsModule } from '@angular/forms'
import { catchError, debounceTime, map, of, retry, startWith, switchMap, throwError } from 'rxjs'
import { dryRun, isCTraderError, spots } from 'rx-ctrader'
import type { Side } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Desk, wordsOf } from '../desk'
import { Selection } from '../selection'
import { Money } from '../shared/money'
import { perFrame } from '../shared/per-frame'
import { Price } from '../shared/price'
import { orderOf, titleOf } from './draft'
import type { Draft } from './draft'

const isTimeout = (error: unknown): boolean => isCTraderError(error) && error.reason === 'Timeout'

/** Where orders are written: checked while one types, and sent by the button alone. */
@Component({
  selector: 'app-ticket',
  imports: [FormsModule, Money, Price],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './ticket.html',
  styleUrl: './ticket.css',
})
export class Ticket {
  private readonly account = injectAccount()
  private readonly desk = inject(Desk)
  protected readonly selection = inject(Selection)

  protected readonly sides: readonly Side[] = ['sell', 'buy']
  protected readonly types: readonly Draft['type'][] = ['market', 'limit', 'stop']

  protected readonly side = signal<Side>('buy')
  protected readonly type = signal<Draft['type']>('market')
  protected readonly volume = signal<number | null>(0.1)
  protected readonly stopLoss = signal<number | null>(null)
  protected readonly takeProfit = signal<number | null>(null)
  /** Asked for anew with each symbol and type. */
  protected readonly price = linkedSignal<string, number | null>({
    source: () => `${this.selection.name()} ${this.type()}`,
    computation: () => null,
  })

  protected readonly quote = toSignal(
    this.selection.name$.pipe(
      switchMap(name =>
        spots(this.account, name).pipe(
          perFrame(),
          // While the line is down nothing comes, and this must not be what the last symbol cost.
          startWith(undefined),
        ),
      ),
    ),
  )
  protected readonly marketPrice = computed(() =>
    this.side() === 'buy' ? this.quote()?.ask : this.quote()?.bid,
  )

  private readonly draft = computed((): Draft => ({
    symbol: this.selection.name(),
    side: this.side(),
    type: this.type(),
    volume: this.volume(),
    price: this.price(),
    stopLoss: this.stopLoss(),
    takeProfit: this.takeProfit(),
  }))
  protected readonly title = computed(() => titleOf(this.draft()))

  /** What the order would take, or which rule it breaks. */
  protected readonly preview = toSignal(
    toObservable(this.draft).pipe(
      debounceTime(200),
      switchMap(draft =>
        dryRun(this.account, orderOf(draft)).pipe(
          // While the line is down for long it gives up: asked again when it is back.
          retry({
            delay: (error: unknown) =>
              isTimeout(error) ? this.account.accountAuth$ : throwError(() => error),
          }),
          map(({ expectedMargin = 0, moneyDigits = 2 }) => ({ expectedMargin, moneyDigits })),
          catchError((error: unknown) => of({ objection: wordsOf(error) })),
          // Nor may this be what the last order would have taken.
          startWith(undefined),
        ),
      ),
    ),
  )

  protected place(): void {
    const draft = this.draft()
    this.desk.place(orderOf(draft), titleOf(draft))
  }
}
