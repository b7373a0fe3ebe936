import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal, signal } from '@angular/core'
import { toObservable, toSignal } from '@angular/core/rxjs-interop'
import { FormsModule } from '@angular/forms'
import { catchError, debounceTime, map, of, retry, startWith, switchMap, throwError } from 'rxjs'
import { dryRun, equity, isCTraderError, lots, spots } from 'rx-ctrader'
import type { Side, SymbolDetails } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Desk, isAnswered } from '../desk'
import { WatchList } from '../quotes/watch-list'
import { Selection } from '../selection'
import { DecimalField } from '../shared/decimal-field'
import { Money } from '../shared/money'
import { perFrame } from '../shared/per-frame'
import { Price } from '../shared/price'
import { costsOf, ratesOf } from './costs'
import { gapIn, orderOf, titleOf } from './draft'
import type { Draft } from './draft'
import { objectionOf } from './objection'

const isTimeout = (error: unknown): boolean => isCTraderError(error) && error.reason === 'Timeout'

/** What a symbol begins with: a tenth of a lot, if it can be had. */
const usualVolume = ({ lotSize = 0, minVolume = 0, maxVolume = Infinity }: SymbolDetails): number =>
  Math.min(Math.max(0.1, minVolume / lotSize), maxVolume / lotSize)

/** What the server and the rules say of a draft. */
interface Check {
  readonly draft: Draft
  readonly objection?: string
  readonly margin?: number
  readonly moneyDigits?: number
}

/** Where orders are written: checked while one types, and sent by the button alone, one at a time. */
@Component({
  selector: 'app-ticket',
  imports: [DecimalField, FormsModule, Money, Price],
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
  // These belong to the symbol: what was meant for the last one must not be sent for the next.
  protected readonly typedVolume = linkedSignal<string, number | null | undefined>({
    source: this.selection.name,
    computation: () => undefined,
  })
  protected readonly volume = computed(() => {
    const [typed, terms] = [this.typedVolume(), this.selection.terms()]
    return typed === undefined ? (terms ? usualVolume(terms) : null) : typed
  })
  protected readonly stopLoss = linkedSignal<string, number | null>({
    source: this.selection.name,
    computation: () => null,
  })
  protected readonly takeProfit = linkedSignal<string, number | null>({
    source: this.selection.name,
    computation: () => null,
  })
  /** Requested anew with each symbol and type. */
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
  private readonly equity = toSignal(equity(this.account).pipe(perFrame()))
  private readonly rates = toSignal(
    this.selection.terms$.pipe(
      switchMap(terms =>
        terms
          ? ratesOf(this.account, terms).pipe(
              perFrame(),
              // A symbol without a way to the account's money has no costs to show.
              catchError(() => of(undefined)),
              startWith(undefined),
            )
          : of(undefined),
      ),
    ),
  )
  private readonly isQuiet = inject(WatchList).isQuiet
  private readonly state = toSignal(this.account.authenticated$, { requireSync: true })

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

  /** The last check, which may be that of another draft. */
  private readonly lastCheck = toSignal(
    toObservable(this.draft).pipe(
      debounceTime(200),
      switchMap(draft => {
        if (gapIn(draft) !== undefined) return of(undefined)
        return dryRun(this.account, orderOf(draft)).pipe(
          // While the line is down for long it gives up: requested again when it is back.
          retry({
            delay: (error: unknown) =>
              isTimeout(error) ? this.account.accountAuth$ : throwError(() => error),
          }),
          map(({ expectedMargin = 0, moneyDigits = 2 }): Check => ({
            draft,
            margin: expectedMargin,
            moneyDigits,
          })),
          catchError((error: unknown) => of<Check>({ draft, objection: objectionOf(error) })),
          // Nor may this be what the last order would have taken.
          startWith(undefined),
        )
      }),
    ),
  )
  protected readonly check = computed(() => {
    const check = this.lastCheck()
    return check?.draft === this.draft() ? check : undefined
  })
  protected readonly free = computed(() => this.equity()?.freeMargin)

  protected readonly costs = computed(() => {
    const [terms, quote, rates, volume, stopLoss] = [
      this.selection.terms(),
      this.quote(),
      this.rates(),
      this.volume(),
      this.stopLoss(),
    ]
    if (!terms || !quote || !rates || volume === null || Number.isNaN(volume) || Number.isNaN(stopLoss))
      return undefined
    return costsOf(terms, lots(volume), stopLoss, quote, rates)
  })

  /** What is wrong with the order, in a trader's words. */
  protected readonly objection = computed(() => {
    const gap = gapIn(this.draft())
    if (gap !== undefined) return this.selection.terms() ? gap : undefined
    const { objection, margin = 0 } = this.check() ?? {}
    if (objection !== undefined) return objection
    return margin > (this.free() ?? Infinity) ? 'There is not enough free margin' : undefined
  })
  private readonly placed = signal<number | undefined>(undefined)
  private readonly isUnderWay = computed(() => {
    const id = this.placed()
    const command = this.desk.commands().find(one => one.id === id)
    return id !== undefined && (!command || !isAnswered(command))
  })
  /** Why the button does nothing now, besides an objection. */
  protected readonly wait = computed(() => {
    if (this.state().status !== 'authenticated') return 'There is no line to the broker'
    if (this.isQuiet()) return 'No prices come: they may be old'
    if (this.isUnderWay()) return 'The order is on its way'
    return this.check() && this.quote() ? undefined : 'Checking …'
  })
  protected readonly isReady = computed(() => this.objection() === undefined && this.wait() === undefined)

  protected place({ detail }: MouseEvent): void {
    // The second click of a double click is not a second order.
    if (!this.isReady() || detail > 1) return
    const draft = this.draft()
    this.placed.set(this.desk.place(orderOf(draft), titleOf(draft)))
  }
}
