import { Injectable, computed, inject, signal } from '@angular/core'
import type { AccountOptions } from 'rx-ctrader'
import { withAccount, withGateway, provideCTrader } from 'rx-ctrader/angular'

/** Who is logged in, and the account that is shown. */
@Injectable({ providedIn: 'root' })
export class Session {
  readonly user = signal<string | undefined>(undefined)
  readonly accountId = signal<number | undefined>(undefined)
  /** The gateway knows the user by a cookie, and looks at no token. */
  readonly account = computed((): AccountOptions | undefined => {
    const accountId = this.accountId()
    return accountId === undefined ? undefined : { accountId, accessToken: 'none' }
  })
}

/** The terminal behind a gateway at this path of the page. */
export const provideGateway = (path: string) =>
  provideCTrader(
    withGateway(path, { idleTimeout: 40_000 }),
    withAccount(() => inject(Session).account()),
  )
