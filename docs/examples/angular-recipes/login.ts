import { ChangeDetectionStrategy, Component, Injectable, inject, signal } from '@angular/core'
import { Router } from '@angular/router'
import { injectClient } from 'rx-ctrader/angular'
import { Session } from './session'

@Injectable({ providedIn: 'root' })
export class Access {
  private readonly session = inject(Session)
  private readonly client = injectClient()
  private readonly router = inject(Router)

  async logIn(user: string, password: string): Promise<boolean> {
    const body = new URLSearchParams({ user, password })
    const { ok } = await fetch('/login', { method: 'POST', body })
    if (!ok) return false
    this.session.user.set(user) // another user: the client connects for them
    this.client.retry() // the same user, whose session was over: all streams go on
    return this.router.navigateByUrl('/')
  }

  async logOut(): Promise<void> {
    this.session.user.set(undefined) // the line closes at once
    this.session.accountId.set(undefined)
    await this.router.navigateByUrl('/login')
    await fetch('/logout', { method: 'POST' })
  }
}

@Component({
  selector: 'app-login',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form (submit)="$event.preventDefault(); logIn(user.value, password.value)">
      <input #user aria-label="User" autocomplete="username" />
      <input #password aria-label="Password" type="password" autocomplete="current-password" />
      <button>Log in</button>
      <p role="status">{{ message() }}</p>
    </form>
  `,
})
export class Login {
  private readonly access = inject(Access)
  readonly message = signal('')

  async logIn(user: string, password: string): Promise<void> {
    const isIn = await this.access.logIn(user, password)
    this.message.set(isIn ? '' : 'The name or the password is wrong.')
  }
}
