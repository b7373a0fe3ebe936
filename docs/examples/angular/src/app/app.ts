import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { injectAccount } from 'rx-ctrader/angular'
import { Activity } from './activity/activity'
import { IS_SIMULATED } from './app.config'
import { Book } from './book/book'
import { Chart } from './chart/chart'
import { Connection } from './connection/connection'
import { EquityLine } from './equity/equity'
import { Faults } from './faults/faults'
import { Positions } from './positions/positions'
import { Quotes } from './quotes/quotes'
import { WatchList } from './quotes/watch-list'
import { Recording } from './recording/recording'
import { ColourScheme } from './shared/scheme'
import { Ticket } from './ticket/ticket'

/** A small trading terminal. */
@Component({
  selector: 'app-root',
  imports: [Activity, Book, Chart, Connection, EquityLine, Faults, Positions, Quotes, Recording, Ticket],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  private readonly state = toSignal(injectAccount().authenticated$, { requireSync: true })

  protected readonly isSimulatedHere = inject(IS_SIMULATED)
  protected readonly scheme = inject(ColourScheme)
  private readonly isQuiet = inject(WatchList).isQuiet
  /** Prices are old then. */
  protected readonly isStale = computed(() => this.state().status !== 'authenticated' || this.isQuiet())
  /** Why it has failed for good. */
  protected readonly failure = computed(() => {
    const state = this.state()
    return state.status === 'failed' ? state.cause.message : undefined
  })
}
