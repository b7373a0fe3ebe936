import { ReplaySubject, defer, share, switchMap, throwError } from 'rxjs'
import { CTraderError } from '../../errors'
import type { Account } from '../../session/account'
import type { Connect } from '../../transport/socket'
import { loadDesk } from './desk'
import { checkPaper } from './options'
import type { PaperOptions } from './options'

const nextLine = (): CTraderError =>
  new CTraderError({ reason: 'ConnectionLost', sent: false, detail: 'the real account has another line' })

/**
 * A line to a paper account, for `createClient`: quotes, bars, books, symbols and history come from a real account,
 * live or demo, as they are. Orders and positions are in the exchange of the simulator, at the prices of the real
 * account, in real time. Nothing that trades is ever sent to the real account.
 *
 * Only requests that read its market and its terms go there: 2121, 2112, 2114, 2116, 2118, 2137, 2145, 2153, 2160,
 * 2177. So do the subscriptions 2127, 2135 and 2156.
 *
 * Emits a socket when the real account is authenticated and all that the paper account has can be valued. Errors with
 * `ConnectionLost` when the line of the real account is lost: the client then connects again, as it does live. Errors
 * with the cause if the real account fails for good, and with `InvalidOption` for a damaged store. Throws
 * `InvalidOption` for invalid options. Every `clientId`, `clientSecret` and `accessToken` is accepted, always to
 * trade. All lines of one `paper` have one account.
 *
 * ```ts
 * const connect = paper(client.account({ accountId: 12345678, accessToken: 'demo' }), { balance: 10_000 })
 * const account$ = createClient({ connect, clientId: 'any', clientSecret: 'any' })
 * ```
 */
export const paper = (account: Account, options: PaperOptions = {}): Connect => {
  checkPaper(account, options)
  const desk$ = defer(() => loadDesk(account, options)).pipe(
    // Loaded once, and again only after an error: positions outlive the lines.
    share({
      connector: () => new ReplaySubject(1),
      resetOnError: true,
      resetOnComplete: false,
      resetOnRefCountZero: false,
    }),
  )
  return () =>
    account.accountAuth$.pipe(
      switchMap((link, i) => (i > 0 ? throwError(nextLine) : desk$.pipe(switchMap(desk => desk.open(link))))),
    )
}
