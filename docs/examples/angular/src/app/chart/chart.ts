import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  Injector,
  afterNextRender,
  effect,
  inject,
  signal,
  viewChild,
} from '@angular/core'
import type { ElementRef } from '@angular/core'
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop'
import { EMPTY, catchError, combineLatest, map, pipe, switchMap, tap } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { ProtoOATradeSide, ProtoOATrendbarPeriod, candles, positions } from 'rx-ctrader'
import type { ProtoOAPosition } from 'rx-ctrader/protocol'
import { injectAccount } from 'rx-ctrader/angular'
import { Selection } from '../selection'
import { ColourScheme } from '../shared/scheme'
import { createCandleChart } from './candle-chart'
import type { CandleChart, Mark } from './candle-chart'

const HISTORY = 300

const markOf = ({ price = 0, tradeData }: ProtoOAPosition): Mark => {
  const isBuy = tradeData.tradeSide === ProtoOATradeSide.BUY
  return { price, isBuy, title: isBuy ? 'buy' : 'sell' }
}

/** The bars of the symbol, of history and live, with the entries of its positions. */
@Component({
  selector: 'app-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './chart.html',
  styleUrl: './chart.css',
})
export class Chart {
  private readonly account = injectAccount()
  private readonly destroyRef = inject(DestroyRef)
  private readonly injector = inject(Injector)
  private readonly scheme = inject(ColourScheme)
  private readonly canvas = viewChild.required<ElementRef<HTMLElement>>('canvas')
  protected readonly selection = inject(Selection)

  protected readonly periods = (['M1', 'M5', 'M15', 'H1', 'H4', 'D1'] as const).map(name => ({
    name,
    period: ProtoOATrendbarPeriod[name],
  }))
  protected readonly period = signal<ProtoOATrendbarPeriod>(ProtoOATrendbarPeriod.M1)
  private readonly period$ = toObservable(this.period)

  constructor() {
    afterNextRender(() => {
      const chart = createCandleChart(this.canvas().nativeElement)
      effect(
        () => {
          this.scheme.now()
          chart.paint()
        },
        { injector: this.injector },
      )
      this.destroyRef.onDestroy(chart.remove)
      this.candlesTo(chart)
      this.termsTo(chart)
      this.marksTo(chart)
    })
  }

  /** That the account has failed for good, the connection line says. */
  private asLongAsItLives<T>(): MonoTypeOperatorFunction<T> {
    return pipe(
      catchError(() => EMPTY),
      takeUntilDestroyed(this.destroyRef),
    )
  }

  private candlesTo(chart: CandleChart): void {
    combineLatest([this.selection.name$, this.period$])
      .pipe(
        tap(() => chart.clear()),
        switchMap(([name, period]) => candles(this.account, name, period, { history: HISTORY })),
        this.asLongAsItLives(),
      )
      .subscribe(chart.show)
  }

  private termsTo(chart: CandleChart): void {
    this.selection.terms$
      .pipe(this.asLongAsItLives())
      .subscribe(terms => terms && chart.setDigits(terms.digits))
  }

  private marksTo(chart: CandleChart): void {
    combineLatest([this.selection.terms$, positions(this.account)])
      .pipe(
        map(([terms, { all }]) => all.filter(({ tradeData }) => tradeData.symbolId === terms?.symbolId)),
        this.asLongAsItLives(),
      )
      .subscribe(shown => chart.mark(shown.map(markOf)))
  }
}
