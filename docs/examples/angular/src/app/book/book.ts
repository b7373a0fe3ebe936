import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { DecimalPipe } from '@angular/common'
import { startWith, switchMap } from 'rxjs'
import { depth } from 'rx-ctrader'
import type { PriceLevel } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Selection } from '../selection'
import { Fixed } from '../shared/fixed'
import { perFrame } from '../shared/per-frame'

const LEVELS = 10

/** The order book: what is bid and asked at each price, with the sum from the best one as a bar. */
@Component({
  selector: 'app-book',
  imports: [DecimalPipe, Fixed],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './book.html',
  styleUrl: './book.css',
})
export class Book {
  private readonly account = injectAccount()
  private readonly selection = inject(Selection)

  protected readonly digits = computed(() => this.selection.terms()?.digits ?? 5)
  protected readonly book = toSignal(
    this.selection.name$.pipe(
      switchMap(name =>
        depth(this.account, name).pipe(
          perFrame(),
          // While the line is down nothing comes, and this must not be the book of the last symbol.
          startWith(undefined),
        ),
      ),
    ),
  )

  /** The best ask is next to the best bid. */
  protected readonly asks = computed(() => this.book()?.asks.slice(0, LEVELS).reverse() ?? [])
  protected readonly bids = computed(() => this.book()?.bids.slice(0, LEVELS) ?? [])

  private readonly most = computed(() =>
    Math.max(this.asks()[0]?.cumulative ?? 0, this.bids().at(-1)?.cumulative ?? 0),
  )
  protected share({ cumulative }: PriceLevel): string {
    return `${(100 * cumulative) / this.most()}%`
  }
}
