/** Recipes for Angular, each drawn in a page of this process, with a simulator instead of a gateway. */
import '@angular/compiler'
import { Window } from 'happy-dom'
import { TestBed } from '@angular/core/testing'
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing'

// #region imports
import {
  ChangeDetectionStrategy,
  Component,
  Injectable,
  PLATFORM_ID,
  computed,
  inject,
  provideZonelessChangeDetection,
  signal,
} from '@angular/core'
import type { ApplicationConfig } from '@angular/core'
import { rxResource } from '@angular/core/rxjs-interop'
import { Router, provideRouter } from '@angular/router'
import type { Routes } from '@angular/router'
import { RouterTestingHarness } from '@angular/router/testing'
import { signalStore, withComputed, withProps } from '@ngrx/signals'
import { dealsBetween, lots, placeOrder, pnl, spots, trader } from 'rx-ctrader'
import {
  accountResolver,
  accountSignal,
  authenticatedGuard,
  injectCTraderTesting,
  injectClient,
  injectCurrentAccount,
  injectSimulator,
  provideCTrader,
  provideCTraderTesting,
  withAccounts,
  withGateway,
  withSimulator,
  withUser,
} from 'rx-ctrader/angular'
import { MARKET_START } from 'rx-ctrader/testing'
// #endregion

const page = new Window({ url: 'http://localhost/' })
const { document, Element, Event, HTMLElement, MouseEvent, Node, history, location } = page
Object.assign(globalThis, { document, Element, Event, HTMLElement, MouseEvent, Node, history, location })
Object.assign(globalThis, { window: globalThis })
TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting())

// #region session
@Injectable({ providedIn: 'root' })
export class Session {
  /** The user who is logged in. */
  readonly user = signal<string | undefined>(undefined)
}

export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    // A cookie says to the gateway who it is.
    provideCTrader(
      withGateway('/ctrader'),
      withAccounts(),
      withUser(() => inject(Session).user()),
    ),
  ],
}
// #endregion

// #region login
@Component({
  selector: 'app-login',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form (submit)="$event.preventDefault(); logIn(name.value, password.value)">
      <input #name autocomplete="username" />
      <input #password type="password" autocomplete="current-password" />
      <button>Log in</button>
    </form>
  `,
})
export class Login {
  private readonly session = inject(Session)
  private readonly client = injectClient()

  async logIn(name: string, password: string): Promise<void> {
    const answer = await fetch('/login', { method: 'POST', body: JSON.stringify({ name, password }) })
    if (!answer.ok) return
    this.session.user.set(name) // another user: the client connects for them
    this.client.retry() // the same user, whose session was over: all streams go on
  }

  async logOut(): Promise<void> {
    this.session.user.set(undefined) // the line closes at once
    await fetch('/logout', { method: 'POST' })
  }
}
// #endregion

// #region guard
export const routes: Routes = [
  { path: 'login', component: Login },
  {
    path: '',
    canActivate: [authenticatedGuard({ otherwise: () => inject(Router).createUrlTree(['/login']) })],
    resolve: { trader: accountResolver(trader) },
    loadComponent: () => Trade,
  },
]
// #endregion

// #region store
export const AccountStore = signalStore(
  { providedIn: 'root' },
  withProps(() => ({
    account: injectCurrentAccount(),
    profit: accountSignal(pnl),
    quote: accountSignal(account => spots(account, 'EURUSD')),
  })),
  withComputed(({ profit, quote }) => ({
    positionCount: computed(() => profit()?.positions.size ?? 0),
    spread: computed(() => {
      const now = quote()
      return now && now.ask - now.bid
    }),
  })),
)
// #endregion

// #region resource
@Component({
  selector: 'app-history',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (deals.isLoading()) {
      <p>Loading</p>
    } @else if (deals.hasValue()) {
      <p>{{ deals.value().items.length }} deals</p>
    }
  `,
})
export class History {
  private readonly account = injectCurrentAccount()
  readonly from = signal(MARKET_START - 86_400_000)

  // While there is no account, it is idle. For another account or another day, it begins again.
  readonly deals = rxResource({
    params: () => {
      const account = this.account()
      return account && { account, from: this.from() }
    },
    stream: ({ params: { account, from } }) => dealsBetween(account, { from, to: from + 86_400_000 }),
  })
}
// #endregion

// #region trade
@Component({
  selector: 'app-trade',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p>{{ store.quote()?.bid ?? 'no price' }}</p>
    <button [disabled]="isSending()" (click)="buy()">Buy</button>
    <p>{{ status() }}</p>
  `,
})
export class Trade {
  readonly store = inject(AccountStore)
  readonly status = signal('')
  readonly isSending = computed(() => this.status() === 'sent')

  buy(): void {
    const account = this.store.account()
    if (!account) return
    const order = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: lots(0.1) } as const
    placeOrder(account, order).subscribe({
      next: ({ status }) => this.status.set(status), // a signal is enough, also without a zone
      error: (error: unknown) => this.status.set(String(error)),
    })
  }
}
// #endregion

/** A page with a simulator, whose user is logged in. */
const simulated = [
  provideZonelessChangeDetection(),
  provideRouter(routes),
  provideCTrader(
    withGateway('/ctrader', { linger: 200 }),
    withAccounts(),
    withUser(() => inject(Session).user()),
    withSimulator({ seed: 42, start: MARKET_START, speed: 10 }),
  ),
]
const run = <T>(act: () => T): T => TestBed.runInInjectionContext(act)
const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

const showRoutes = async (): Promise<void> => {
  TestBed.configureTestingModule({ providers: simulated })
  const harness = await RouterTestingHarness.create('/')
  console.log('without a user:', TestBed.inject(Router).url)
  TestBed.inject(Session).user.set('ann')
  await harness.navigateByUrl('/')
  console.log('with one:', TestBed.inject(Router).url)
  await wait(300)
  const { positionCount, quote, spread } = TestBed.inject(AccountStore)
  console.log('store:', positionCount(), quote()?.symbolId, (spread() ?? 0) > 0)
  const history = TestBed.createComponent(History)
  await wait(500)
  console.log('resource:', (history.nativeElement as HTMLElement).textContent.trim())

  // A component is replaced, as by hot module replacement: the line stays.
  const { lines } = run(injectSimulator)
  TestBed.createComponent(Trade).destroy()
  TestBed.createComponent(Trade)
  await wait(100)
  console.log('replaced:', lines().length, 'line')
  TestBed.resetTestingModule()
}

const showServer = async (): Promise<void> => {
  TestBed.configureTestingModule({ providers: [...simulated, { provide: PLATFORM_ID, useValue: 'server' }] })
  TestBed.inject(Session).user.set('ann')
  const harness = await RouterTestingHarness.create('/')
  await harness.fixture.whenStable()
  console.log('on the server:', harness.routeNativeElement?.querySelector('p')?.textContent)
  TestBed.resetTestingModule()
}

const showTest = async (): Promise<void> => {
  // #region test
  TestBed.configureTestingModule({
    // With fake timers: provideCTraderTesting({ advance: ms => jest.advanceTimersByTimeAsync(ms) })
    providers: [provideZonelessChangeDetection(), provideCTraderTesting()],
  })
  const { advance, broker, settle } = run(injectCTraderTesting)
  const fixture = TestBed.createComponent(Trade)
  const element = fixture.nativeElement as HTMLElement
  await advance(100)
  broker.quotes('--a', { a: { bid: 1.2, ask: 1.2002 } })
  await advance(100)
  console.log('shown:', element.querySelector('p')?.textContent)
  element.querySelector('button')?.click()
  await advance(500)
  await settle(fixture.whenStable())
  console.log('bought:', fixture.componentInstance.status())
  // #endregion
  TestBed.resetTestingModule()
}

showRoutes()
  .then(showServer)
  .then(showTest)
  .catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
  // A page may keep timers of its own.
  .finally(() => process.exit())
