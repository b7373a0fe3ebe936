import { Injectable } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { catchError, map, merge, of } from 'rxjs'
import { spots, withStaleness } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'

/** So long may all symbols together be without a price. Some of these are traded at all hours. */
const QUIET = 3_000

/** The symbols that are watched, and whether their prices still come. */
@Injectable({ providedIn: 'root' })
export class WatchList {
  readonly names: readonly string[] = [
    'EURUSD',
    'GBPUSD',
    'USDJPY',
    'EURJPY',
    'XAUUSD',
    'US500',
    'BTCUSD',
    'ETHUSD',
    'AAPL.US',
  ]

  private readonly account = injectAccount()

  /** Whether no symbol has had a price for some seconds: a line may be dead long before it is known to be. */
  readonly isQuiet = toSignal(
    merge(...this.names.map(name => spots(this.account, name))).pipe(
      withStaleness(QUIET),
      map(({ stale }) => stale),
      // The connection line says that the account has failed for good.
      catchError(() => of(true)),
    ),
    { initialValue: true },
  )
}
