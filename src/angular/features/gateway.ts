import { Injector, inject, runInInjectionContext } from '@angular/core'
import { EMPTY } from 'rxjs'
import type { ObservableInput } from 'rxjs'
import type { Environment } from '../../errorFields'
import { invalidOption } from '../../errors'
import type { ClientOptions, ClientSettings } from '../../session/options'
import { webSocketConnect } from '../../transport/socket'

/** What a page says to its gateway, and settings of its client. */
export interface WithGatewayOptions extends Partial<ClientSettings> {
  /**
   * Gives the ticket of the session, at each line anew. Called in an injection context. Without a ticket, because no user
   * is logged in, it gives `undefined` or completes. Default: none, for a gateway that knows the session by its cookie.
   */
  readonly token?: () => string | undefined | ObservableInput<string | undefined>
  /** Names the application to the gateway. Default `page`. */
  readonly clientId?: string
  /** Which environment the gateway leads to, if it is one. */
  readonly environment?: Environment
}

/** A cookie says who it is, but the protocol wants a text. */
const IN_COOKIE = 'cookie'

/**
 * The options of a client behind a gateway, for `provideCTrader`. The URL may be a path at the host of the page. When the
 * session of the user ends, every state is `loginRequired`, and streams wait. After a login, call `injectClient().retry()`.
 *
 * ```ts
 * const AUTH = new InjectionToken<{ readonly ticket: () => Promise<string> }>('the login')
 * provideCTrader(withGateway('/ctrader', { token: () => inject(AUTH).ticket() }), withAccounts())
 * ```
 */
export const withGateway = (
  url: string,
  { token, clientId = 'page', ...settings }: WithGatewayOptions = {},
): (() => ClientOptions) => {
  if (token !== undefined && typeof token !== 'function')
    throw invalidOption('token', 'must be a function, because each line needs a new ticket')
  return () => {
    const injector = inject(Injector)
    return {
      whenLoginRequired: 'wait',
      ...settings,
      connect: webSocketConnect(url),
      clientId,
      clientSecret: token
        ? () => (runInInjectionContext(injector, token) ?? EMPTY) as ObservableInput<string>
        : IN_COOKIE,
    }
  }
}
