/** From the user's consent to several authenticated accounts, at a simulator and a stand-in for the token endpoint. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { concat, defer, filter, ignoreElements, map, merge, mergeMap, take, takeLast, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType, createClient, findEnvironment, spots } from 'rx-ctrader'
import { ProtoOAClientPermissionScope } from 'rx-ctrader/protocol'
import type { Account, Tokens } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

const application = { clientId: 'demo', clientSecret: 'demo' }
const redirectUri = 'https://example.com/granted'
let tokenEndpoint = 'https://openapi.ctrader.com/apps/token'

// #region consent
/** Where the user logs in and chooses the accounts that the application may use. */
const consentUrl = (scope: 'accounts' | 'trading'): string => {
  const asked = { client_id: application.clientId, redirect_uri: redirectUri, scope, product: 'web' }
  return `https://id.ctrader.com/my/settings/openapi/grantingaccess/?${String(new URLSearchParams(asked))}`
}
// #endregion

// #region tokens
interface TokenAnswer {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number // seconds
  readonly errorCode?: string | null // the server may say with status 200 that it failed
  readonly description?: string
}

/** The tokens for the code with which the user has come back. */
const tokensFor = (code: string): Observable<Required<Tokens>> => {
  const { clientId: client_id, clientSecret: client_secret } = application
  const grant = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    client_id,
    client_secret,
  }
  return defer(() => fetch(`${tokenEndpoint}?${String(new URLSearchParams(grant))}`)).pipe(
    mergeMap(response => response.json() as Promise<TokenAnswer>),
    map(({ accessToken, refreshToken, expiresIn, errorCode, description }) => {
      if (errorCode != null) throw new Error(`no tokens: ${errorCode} ${description ?? ''}`)
      return { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1_000 }
    }),
  )
}
// #endregion

const ofBroker = { isLive: false, brokerTitleShort: 'Simulator' }
const broker = createSimulator({
  accounts: [11, 12, 21].map(accountId => ({ ...ofBroker, accountId, traderLogin: 3_000_000 + accountId })),
  grants: [
    { accessToken: 'mine', refreshToken: 'mine-next', accountIds: [11, 12], permissionScope: 1 },
    { accessToken: 'hers', refreshToken: 'hers-next', accountIds: [21], permissionScope: 0 },
  ],
})
// #region client
// The simulator, in memory; at the real server it is `environment: 'demo'` instead of `connect`.
const client = createClient({ connect: broker.connect, ...application })
// #endregion

// #region accounts
/** The accounts that a user has granted access to. */
const accountsOf = (accessToken: string) =>
  client.request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, { accessToken }).pipe(
    tap(({ permissionScope, ctidTraderAccount = [] }) => {
      const may = permissionScope === ProtoOAClientPermissionScope.SCOPE_TRADE ? 'trade' : 'view'
      for (const { ctidTraderAccountId, traderLogin, isLive } of ctidTraderAccount)
        console.log(`${ctidTraderAccountId}: login ${traderLogin}, ${isLive ? 'live' : 'demo'}, ${may}`)
    }),
  )
// #endregion

// #region environment
const environment$ = findEnvironment(client, { accountId: 11, accessToken: 'mine' })
// #endregion

// #region lines
const many = createClient({ connect: broker.connect, ...application, lines: 4 })
const places$ = many.health$.pipe(
  map(({ lines = [] }) => lines.map(({ status, losses }) => `${status}, lost ${losses} times`)),
)
// #endregion

// #region feed
const sharing = createClient({
  connect: broker.connect,
  ...application,
  feedOf: ({ accountId }) => (accountId < 20 ? 'prices of one broker' : undefined),
})
const quote$ = merge(
  ...[11, 12].map(accountId => spots(sharing.account({ accountId, accessToken: 'mine' }), 'EURUSD')),
)
// #endregion

/** How often EURUSD is subscribed when each account has a quote. */
const subscriptions$ = quote$.pipe(
  take(2),
  map(
    () => broker.lines().flatMap(({ subscriptions }) => subscriptions.flatMap(({ spots: of }) => of)).length,
  ),
  takeLast(1),
  map(count => `EURUSD is subscribed ${count === 1 ? 'once' : `${count} times`}`),
)

const logOutOf = (account: Account): Observable<never> =>
  // #region logout
  account.logout().pipe(tap({ complete: () => console.log(`${account.accountId} is logged out`) }))
// #endregion

const several = (): Observable<string> => {
  // #region several
  const accounts = [
    client.account({ accountId: 11, accessToken: 'mine', refreshToken: 'mine-next' }),
    client.account({ accountId: 12, accessToken: 'mine' }), // of the same grant, by the token
    client.account({ accountId: 21, accessToken: 'hers' }), // another user's
  ]
  const ready$ = merge(
    ...accounts.map(({ accountId, authenticated$ }) =>
      authenticated$.pipe(
        filter(({ status }) => status === 'authenticated'),
        map(() => `${accountId} is authenticated`),
      ),
    ),
  )
  // #endregion
  return ready$.pipe(take(accounts.length))
}

const endpoint = createServer(({ url }, response) => {
  const asked = new URLSearchParams(url?.split('?')[1])
  const isKnown = asked.get('code') === 'of-a-minute' && asked.get('redirect_uri') === redirectUri
  const tokens = { accessToken: 'mine', tokenType: 'bearer', expiresIn: 2_628_000, refreshToken: 'mine-next' }
  const failure = { errorCode: 'ACCESS_DENIED', description: 'Access denied' }
  response.end(JSON.stringify(isKnown ? { ...tokens, errorCode: null } : failure))
})

endpoint.listen(0, '127.0.0.1', () => {
  tokenEndpoint = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/apps/token`
  console.log(consentUrl('trading'))
  concat(
    tokensFor('of-a-minute').pipe(
      mergeMap(({ accessToken }) => accountsOf(accessToken).pipe(ignoreElements())),
    ),
    environment$,
    places$.pipe(take(1), ignoreElements()),
    defer(several),
    defer(() => [`${broker.lines().length} line`]),
    subscriptions$,
    defer(() => logOutOf(client.account({ accountId: 21, accessToken: 'hers' }))),
    tokensFor('of-yesterday').pipe(ignoreElements()),
  ).subscribe({
    next: line => console.log(line),
    error: (error: unknown) => {
      console.log(String(error))
      endpoint.close()
    },
  })
})
