import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { injectAccount, injectClient } from 'rx-ctrader/angular'
import { IS_RECORDED } from '../recording/recorder'
import { WatchList } from '../quotes/watch-list'

/** How far the session is: its state, the attempt, what was missed. */
@Component({
  selector: 'app-connection',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './connection.html',
  styleUrl: './connection.css',
})
export class Connection {
  private readonly account = injectAccount()

  // It has a value from the beginning, so there is no moment without one.
  protected readonly state = toSignal(this.account.authenticated$, { requireSync: true })
  protected readonly health = toSignal(injectClient().health$, { requireSync: true })
  protected readonly isRecorded = inject(IS_RECORDED)
  protected readonly isQuiet = inject(WatchList).isQuiet
  private readonly gap = toSignal(this.account.gap$)

  protected readonly missed = computed(() => {
    const gap = this.gap()
    return gap?.to === undefined ? undefined : (gap.to - gap.from) / 1_000
  })
}
