import '@angular/compiler'
import assert from 'node:assert'
import { TestBed } from '@angular/core/testing'
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing'
import { timer } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'

// #region imports
import { ChangeDetectionStrategy, Component, InjectionToken, inject, signal } from '@angular/core'
import type { ApplicationConfig } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { lots, placeOrder, spots } from 'rx-ctrader'
import type { OrderUpdate } from 'rx-ctrader'
import {
  injectAccount,
  injectSimulator,
  provideCTrader,
  withAccount,
  withSimulator,
} from 'rx-ctrader/angular'
// #endregion

// #region provide
export const appConfig: ApplicationConfig = {
  providers: [
    provideCTrader(
      { environment: 'demo', clientId: 'my-id', clientSecret: 'my-secret' },
      withAccount({ accountId: 12345678, accessToken: 'my-token' }),
      withSimulator({ seed: 42 }), // without this line it is the real server
    ),
  ],
}
// #endregion

// #region component
@Component({
  selector: 'app-ticker',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p>{{ state().status }}</p>
    @if (quote(); as quote) {
      <button (click)="buy()">{{ quote.bid }} / {{ quote.ask }}</button>
    }
    <p>{{ order()?.status ?? trouble() }}</p>
  `,
})
export class Ticker {
  private readonly account = injectAccount()

  readonly state = toSignal(this.account.authenticated$, { requireSync: true })
  readonly quote = toSignal(spots(this.account, 'EURUSD'))
  readonly order = signal<OrderUpdate | undefined>(undefined)
  readonly trouble = signal('')

  buy(): void {
    const order = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: lots(0.1) } as const
    placeOrder(this.account, order).subscribe({
      next: update => this.order.set(update),
      error: (error: unknown) => this.trouble.set(String(error)),
    })
  }
}
// #endregion

// #region late
export const LOGIN = new InjectionToken<{ accountId: number; accessToken: string }>('the login')

export const providers = [
  provideCTrader(
    { environment: 'demo', clientId: 'my-id', clientSecret: 'my-secret' },
    withAccount(() => inject(LOGIN)),
  ),
]
// #endregion

// What a test runner for Angular does; it brings a document as well, which Node has not.
Object.assign(globalThis, { document: {} })
TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting())

// #region test
// A minute of trading, over before `run` returns.
new TestScheduler(assert.deepEqual).run(() => {
  TestBed.configureTestingModule({
    providers: [
      provideCTrader(
        { environment: 'demo', clientId: 'demo', clientSecret: 'demo', random: () => 0.5 },
        withAccount({ accountId: 12345678, accessToken: 'demo' }),
        withSimulator({ seed: 42 }),
      ),
    ],
  })
  const ticker = TestBed.runInInjectionContext(() => new Ticker())
  const broker = TestBed.runInInjectionContext(injectSimulator)
  assert.equal(ticker.state().status, 'connecting')

  timer(5_000).subscribe(() => {
    assert.equal(ticker.state().status, 'authenticated')
    assert.equal(ticker.quote()?.symbolId, 1)
    ticker.buy()
  })
  timer(10_000).subscribe(() => {
    assert.equal(ticker.order()?.status, 'filled')
    broker.drop()
  })
  timer(10_001).subscribe(() => assert.equal(ticker.state().status, 'reconnecting'))
  timer(60_000).subscribe(() => {
    assert.equal(ticker.state().status, 'authenticated')
    TestBed.resetTestingModule() // the line closes, and with it all that would go on for ever
    console.log('quoted, filled, lost and back again')
  })
})
// #endregion
