import { ChangeDetectionStrategy, Component, signal } from '@angular/core'
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop'
import { EMPTY, interval, switchMap } from 'rxjs'
import { injectSimulator } from 'rx-ctrader/angular'
import { mishaps } from './mishaps'

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

  constructor() {
    toObservable(this.flaky)
      .pipe(
        switchMap(flaky => (flaky ? interval(15_000) : EMPTY)),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.simulator.drop())
  }
}
