import { ChangeDetectionStrategy, Component, computed, signal } from '@angular/core'
import { takeUntilDestroyed, toObservable, toSignal } from '@angular/core/rxjs-interop'
import { EMPTY, distinctUntilChanged, interval, map, startWith, switchMap } from 'rxjs'
import type { Simulator } from 'rx-ctrader/simulator'
import { injectSimulator } from 'rx-ctrader/angular'
import { mishaps } from './mishaps'

const LOOK = 250

/** What waits or lasts, with how often it still happens; `Infinity` for what lasts. */
const armedNow = (simulator: Simulator): ReadonlyMap<string, number> => {
  const lines = simulator.lines()
  const left = new Map(
    simulator.armedFaults().map(({ fault, left }): [string, number] => [JSON.stringify(fault), left]),
  )
  return new Map(
    mishaps.flatMap(({ name, fault }): [string, number][] => {
      const isLasting =
        (fault.kind === 'delay' && lines.some(({ delay }) => delay > 0)) ||
        (fault.kind === 'silence' && lines.some(({ silent }) => silent))
      const times = isLasting ? Infinity : left.get(JSON.stringify(fault))
      return times === undefined ? [] : [[name, times]]
    }),
  )
}

/** Makes the simulator fail, to see what becomes of quotes and orders then. */
@Component({
  selector: 'app-faults',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './faults.html',
  styleUrl: './faults.css',
})
export class Faults {
  protected readonly simulator = injectSimulator()
  protected readonly mishaps = mishaps
  /** Whether the line is dropped again and again. */
  protected readonly flaky = signal(false)

  /** How often each of the mishaps still waits for its occasion, by its name. */
  protected readonly armed = toSignal(
    interval(LOOK).pipe(
      startWith(0),
      map(() => armedNow(this.simulator)),
      distinctUntilChanged((a, b) => JSON.stringify([...a]) === JSON.stringify([...b])),
    ),
    { requireSync: true },
  )
  protected readonly count = computed(() => this.armed().size + (this.flaky() ? 1 : 0))

  constructor() {
    toObservable(this.flaky)
      .pipe(
        switchMap(flaky => (flaky ? interval(15_000) : EMPTY)),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.simulator.drop())
  }
}
