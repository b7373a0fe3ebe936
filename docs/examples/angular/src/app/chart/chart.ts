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
import {
  EMPTY,
  Observable,
  catchError,
  combineLatest,
  debounceTime,
  distinctUntilChanged,
  exhaustMap,
  filter,
  map,
  pipe,
  reduce,
  share,
  switchMap,
  tap,
} from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { ProtoOATrendbarPeriod, candles, orders, positions, trendbarsBetween } from 'rx-ctrader'
import type { Page, Trendbar } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'
import { Desk } from '../desk'
import { Selection } from '../selection'
import { Fixed } from '../shared/fixed'
import { ColourScheme } from '../shared/scheme'
import { createCandleChart } from './candle-chart'
import type { CandleChart } from './candle-chart'
import { levelsOf } from './levels'
import type { Level } from './levels'

const HISTORY = 300

/** So many older bars are requested at once. A market has breaks, so the range is longer than they are. */
const OLDER = 300
const MINUTE = 60_000
const SETTLED = 150

/** A level that was dragged, and where to. */
interface Dragged {
  readonly level: Level
  readonly to: number
}

/** The bars of the symbol, of history and live, with what the account has at which price. */
@Component({
  selector: 'app-chart',
  imports: [Fixed],
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

  /** What a screen reader says in place of the picture. */
  protected readonly summary = signal('no bars yet')
  private readonly desk = inject(Desk)
  private levels: readonly Level[] = []
  /** What was dragged and waits for a decision: a slip must not be an order. */
  protected readonly dragged = signal<Dragged | undefined>(undefined)

  protected readonly periods = (
    [
      ['M1', 1],
      ['M5', 5],
      ['M15', 15],
      ['H1', 60],
      ['H4', 240],
      ['D1', 1_440],
    ] as const
  ).map(([name, minutes]) => ({ name, minutes, period: ProtoOATrendbarPeriod[name] }))
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
      this.olderTo(chart)
      this.termsTo(chart)
      this.levelsTo(chart)
      chart.onMoved((level, to) => {
        this.dragged.set({ level, to })
      })
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
      .subscribe(candle => {
        chart.show(candle)
        this.describe(chart)
      })
  }

  private termsTo(chart: CandleChart): void {
    this.selection.terms$
      .pipe(this.asLongAsItLives())
      .subscribe(terms => terms && chart.setDigits(terms.digits))
  }

  /** Scrolling back loads more. */
  private olderTo(chart: CandleChart): void {
    const oldest$ = new Observable<void>(subscriber => {
      chart.onScroll(() => {
        subscriber.next()
      })
    }).pipe(
      // While the first bars come, the oldest of them is in sight for a moment.
      debounceTime(SETTLED),
      map(() => chart.oldestInSight()),
      filter(oldest => oldest !== undefined),
      share(),
    )
    combineLatest([this.selection.name$, this.period$])
      .pipe(
        switchMap(([name, period]) =>
          oldest$.pipe(
            distinctUntilChanged(),
            exhaustMap(before => {
              const from = before - 3 * OLDER * this.lengthOf(period)
              return trendbarsBetween(this.account, { symbol: name, period, from, to: before - 1 }).pipe(
                reduce<Page<Trendbar>, Trendbar[]>((all, { items }) => [...all, ...items], []),
                catchError(() => EMPTY),
              )
            }),
          ),
        ),
        this.asLongAsItLives(),
      )
      .subscribe(older => {
        chart.prepend(older)
        this.describe(chart)
      })
  }

  private describe(chart: CandleChart): void {
    const { count, since = 0 } = chart.extent()
    const begin = new Date(since).toISOString().slice(0, 16).replace('T', ' ')
    this.summary.set(`${this.selection.name()}: ${count} bars since ${begin} UTC`)
  }

  private lengthOf(period: ProtoOATrendbarPeriod): number {
    return MINUTE * (this.periods.find(one => one.period === period)?.minutes ?? 1)
  }

  private levelsTo(chart: CandleChart): void {
    combineLatest([this.selection.terms$, positions(this.account), orders(this.account)])
      .pipe(
        map(([terms, { all }, pending]) => levelsOf(terms?.symbolId, all, pending.all)),
        this.asLongAsItLives(),
      )
      .subscribe(levels => {
        this.levels = levels
        // A level that is just being decided on stays where it was dragged to.
        if (!this.dragged()) chart.mark(levels)
      })
    effect(
      () => {
        if (!this.dragged()) chart.mark(this.levels)
      },
      { injector: this.injector },
    )
  }

  /** Sends the level that was dragged. */
  protected set(): void {
    const dragged = this.dragged()
    if (dragged) dragged.level.move?.(this.desk, dragged.to)
    this.leave()
  }

  protected leave(): void {
    this.dragged.set(undefined)
  }
}
