import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { EMPTY, catchError, map, switchMap } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { injectClient } from 'rx-ctrader/angular'
import { Session } from './session'
import { Trading } from './trading'

/** The login, the choice of the account, and the terminal. */
@Component({
  selector: 'app-root',
  imports: [Trading],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './gate.html',
  styleUrl: './gate.css',
})
export class Gate {
  private readonly client = injectClient()
  protected readonly session = inject(Session)

  private readonly connection = toSignal(this.client.connection$, { requireSync: true })
  protected readonly isLoginRequired = computed(() => this.connection().status === 'loginRequired')
  protected readonly trouble = signal('')

  /** The accounts of the user, at each line anew. */
  protected readonly accountIds = toSignal(
    this.client.appAuth$.pipe(
      switchMap(() =>
        this.client
          .request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken: 'none' })
          .pipe(
            map(({ ctidTraderAccount = [] }) => ctidTraderAccount.map(one => one.ctidTraderAccountId)),
            catchError(() => EMPTY),
          ),
      ),
    ),
    { initialValue: [] as number[] },
  )
  /** One terminal for each account that is chosen, one after the other. */
  protected readonly shown = computed(() => {
    const accountId = this.session.accountId()
    return accountId === undefined ? [] : [accountId]
  })

  constructor() {
    effect(() => {
      const accountIds = this.accountIds()
      const chosen = untracked(this.session.accountId)
      // Also when the rights of the user have changed.
      if (chosen === undefined || !accountIds.includes(chosen)) this.session.accountId.set(accountIds[0])
    })
  }

  protected choose(accountId: string): void {
    this.session.accountId.set(Number(accountId))
  }

  protected async logIn(user: string, password: string): Promise<void> {
    const answer = await fetch('/login', { method: 'POST', body: new URLSearchParams({ user, password }) })
    await answer.text()
    this.trouble.set(answer.ok ? '' : 'The user or the password is wrong.')
    if (!answer.ok) return
    const before = this.session.user()
    // What another user has seen is not for this one.
    if (before !== user) this.leave()
    this.session.user.set(user)
    this.client.retry()
  }

  protected async logOut(): Promise<void> {
    this.leave()
    await fetch('/logout', { method: 'POST' })
  }

  private leave(): void {
    this.session.user.set(undefined)
    this.session.accountId.set(undefined)
    this.client.logout()
  }
}
