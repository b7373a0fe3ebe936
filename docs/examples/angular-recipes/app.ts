import { ChangeDetectionStrategy, Component, inject } from '@angular/core'
import { RouterLink, RouterOutlet } from '@angular/router'
import { injectAccounts } from 'rx-ctrader/angular'
import { Access } from './login'
import { Session } from './session'

@Component({
  selector: 'app-root',
  imports: [RouterLink, RouterOutlet],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <nav>
      <a routerLink="/">Trade</a>
      <a routerLink="/balance">Balance</a>
      <a routerLink="/history">History</a>
      @for (account of accounts(); track account.ctidTraderAccountId) {
        <button (click)="session.accountId.set(account.ctidTraderAccountId)">
          Account {{ account.ctidTraderAccountId }}
        </button>
      }
      @if (session.user()) {
        <button (click)="access.logOut()">Log out</button>
      }
    </nav>
    <main><router-outlet /></main>
  `,
})
export class App {
  readonly session = inject(Session)
  readonly access = inject(Access)
  readonly accounts = injectAccounts()
}
