import { DestroyRef, Injectable, InjectionToken, inject } from '@angular/core'
import { takeUntilDestroyed } from '@angular/core/rxjs-interop'
import { record } from 'rx-ctrader/recording'
import { injectClient } from 'rx-ctrader/angular'

/** Starts the terminal anew with a recording in place of a server. */
export const REPLAY = new InjectionToken<(recording: string) => void>('REPLAY')

/** Whether a recording stands in place of a server. */
export const IS_RECORDED = new InjectionToken('IS_RECORDED', { factory: () => false })

/** An hour of a busy session. What is older is left out, from whole rows. */
const MOST_ROWS = 200_000

/** Records the session from its beginning. No secret is in it. */
@Injectable({ providedIn: 'root' })
export class Recorder {
  private rows: string[] = []

  constructor() {
    record(injectClient())
      .pipe(takeUntilDestroyed(inject(DestroyRef)))
      .subscribe(row => {
        this.rows.push(row)
        if (this.rows.length > MOST_ROWS) this.rows = this.rows.slice(MOST_ROWS / 10)
      })
  }

  text(): string {
    return this.rows.map(row => `${row}\n`).join('')
  }
}
