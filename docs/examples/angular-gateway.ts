/** A page behind a gateway, whose users come and go. Here the gateway is a simulator. */
import '@angular/compiler'
import { TestBed } from '@angular/core/testing'
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing'
import { filter, take } from 'rxjs'

// #region imports
import { ChangeDetectionStrategy, Component, Injectable, computed, inject, signal } from '@angular/core'
import type { ApplicationConfig } from '@angular/core'
import { Router } from '@angular/router'
import type { Routes } from '@angular/router'
import { pnl, spots, trader } from 'rx-ctrader'
import {
  accountResolver,
  accountSignal,
  authenticatedGuard,
  injectAccounts,
  injectClient,
  injectCurrentAccount,
  provideCTrader,
  withAccounts,
  withGateway,
  withUser,
} from 'rx-ctrader/angular'
// #endregion
import { withSimulator } from 'rx-ctrader/angular'

// #region auth
@Injectable({ providedIn: 'root' })
export class Auth {
  /** The user who is logged in. */
  readonly user = signal<string | undefined>(undefined)

  /** A ticket of your own login, for one line. Nothing if the session is over. */
  async ticket(): Promise<string> {
    const answer = await fetch('/ticket', { method: 'POST' })
    return answer.ok ? answer.text() : ''
  }
}
// #endregion

// #region provide
export const appConfig: ApplicationConfig = {
  providers: [
    provideCTrader(
      withGateway('/ctrader', { token: () => inject(Auth).ticket() }),
      withAccounts(),
      withUser(() => inject(Auth).user()),
    ),
  ],
}
// #endregion

// #region choose
@Injectable({ providedIn: 'root' })
export class Chosen {
  readonly accountId = signal<number | undefined>(undefined)
  readonly accounts = injectAccounts()
  readonly account = injectCurrentAccount(this.accountId)
}
// #endregion

// #region component
@Component({
  selector: 'app-summary',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (isLoginRequired()) {
      <button (click)="client.retry()">I have logged in again</button>
    }
    <p>{{ quote()?.bid }}</p>
    <p>{{ profit()?.net }}</p>
  `,
})
export class Summary {
  readonly client = injectClient()
  private readonly account = inject(Chosen).account

  readonly state = accountSignal(account => account.authenticated$, this.account)
  readonly isLoginRequired = computed(() => this.state()?.status === 'loginRequired')
  readonly quote = accountSignal(account => spots(account, 'EURUSD'), this.account)
  readonly profit = accountSignal(pnl, this.account)
}
// #endregion

// #region routes
export const routes: Routes = [
  {
    path: 'summary',
    component: Summary,
    canActivate: [authenticatedGuard({ otherwise: () => inject(Router).createUrlTree(['/login']) })],
    resolve: { trader: accountResolver(trader) },
  },
]
// #endregion

Object.assign(globalThis, { document: {} })
TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting())
TestBed.configureTestingModule({
  providers: [
    provideCTrader(
      withGateway('/ctrader'),
      withAccounts(),
      withUser(() => inject(Auth).user()),
      withSimulator({ seed: 42, start: Date.UTC(2026, 0, 7, 12) }),
    ),
  ],
})

TestBed.runInInjectionContext(() => {
  const { user } = inject(Auth)
  const { account, accounts } = inject(Chosen)
  const { connection$ } = injectClient()
  const summary = new Summary()
  const reached = (status: string, act: () => void): void => {
    connection$
      .pipe(
        filter(now => now.status === status),
        take(1),
      )
      .subscribe(() => setTimeout(act, 300))
  }
  reached('loginRequired', () => {
    console.log('no user:', account()?.accountId ?? 'no account')
    user.set('ann')
    TestBed.tick()
    reached('connected', () => {
      TestBed.tick()
      console.log('ann:', accounts()?.length, 'account', account()?.accountId)
      setTimeout(() => {
        console.log('a quote:', summary.quote()?.symbolId)
        user.set(undefined)
        console.log('after the logout:', account()?.accountId ?? 'no account')
        TestBed.tick()
        console.log('and no quote:', summary.quote() === undefined)
        TestBed.resetTestingModule()
      }, 700)
    })
  })
})
