/** A gateway between browsers and a server: rights per account, one line for all, orders by those who may. */
import { EMPTY, NEVER, concat, filter, of, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { createClient, lots, placeOrder, spots, webSocketConnect } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { createGateway } from 'rx-ctrader/gateway'
import type { Authenticate, Entitle, Entitlement, Grants } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'

const { connect } = createSimulator({ seed: 42, start: Date.UTC(2031, 0, 8, 12), speed: 20 })

const users: Readonly<Record<string, 'ann' | 'ben'>> = { 'ticket-of-ann': 'ann', 'ticket-of-ben': 'ben' }

// #region rights
const authenticate: Authenticate = ({ token = '' }) => {
  const userId = users[token]
  if (userId === undefined) throw new Error('the ticket is not valid')
  return of({ userId })
}

const account: Entitlement = { accountId: 12345678, environment: 'demo', grantId: 'ann', scope: 'trade' }

const entitle: Entitle = ({ userId }): Observable<readonly Entitlement[]> =>
  concat(of([userId === 'ann' ? account : { ...account, scope: 'view' as const }]), NEVER)
// #endregion

// #region grants
const kept = new Map([['ann', { tokens: { accessToken: 'demo' }, version: '1' }]])

const grants: Grants = {
  load: grantId => {
    const grant = kept.get(grantId)
    return grant ? of(grant) : EMPTY
  },
  save: (grantId, tokens, after) => {
    if (kept.get(grantId)?.version !== after) throw new Error('they have changed meanwhile')
    const version = `${Number(after) + 1}`
    kept.set(grantId, { tokens, version })
    return of(version)
  },
}
// #endregion

// #region create
const gateway = createGateway({
  application: { clientId: 'demo', clientSecret: 'demo' },
  origins: ['https://app.example.com'],
  lines: [{ name: 'demo', environment: 'demo', connect }],
  grants,
  authenticate,
  entitle,
})
// #endregion

const accountOf = (userId: string): Account => {
  // #region as
  const client = createClient({
    connect: gateway.as({ userId }),
    clientId: 'reports',
    clientSecret: 'not looked at',
  })
  return client.account({ accountId: 12345678, accessToken: 'not looked at' })
  // #endregion
}

/** The first value. */
const first = <T>(source$: Observable<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    source$.pipe(take(1)).subscribe({ next: resolve, error: reject })
  })

/** What a page does. In Node there is no page, so nothing calls it here. */
export const inPage = (): Observable<unknown> => {
  // #region page
  const page = createClient({
    connect: webSocketConnect('/ctrader'),
    clientId: 'terminal',
    clientSecret: () => fetch('/ticket').then(answer => (answer.ok ? answer.text() : '')),
    whenLoginRequired: 'wait',
  })
  const prices$ = spots(page.account({ accountId: 12345678, accessToken: 'not looked at' }), 'EURUSD')
  // #endregion
  return prices$
}

const main = async (): Promise<void> => {
  const ann = accountOf('ann')
  const ben = accountOf('ben')
  const [annSees, benSees] = await Promise.all([first(spots(ann, 'EURUSD')), first(spots(ben, 'EURUSD'))])
  console.log(annSees.bid > 0 && benSees.bid > 0 ? 'both see the price' : 'one sees no price')

  const buy = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: lots(0.1) } as const
  const bought = await first(placeOrder(ann, buy).pipe(filter(({ status }) => status === 'filled')))
  console.log('ann:', bought.status)
  const refused = await first(placeOrder(ben, buy)).catch((error: unknown) => error)
  console.log('ben:', refused instanceof Error ? refused.message : 'bought')

  // #region stats
  const { requests } = await first(gateway.stats$)
  console.log(requests.refused === 0 ? 'all requests were answered' : 'some were refused')
  // #endregion
  // #region health
  const { lines, peers } = await first(gateway.health$)
  console.log(`${peers} clients over ${lines.length} line with ${lines[0]?.accounts} account`)
  // #endregion
  // #region close
  gateway.close().subscribe({ complete: () => console.log('closed') })
  // #endregion
}

void main()
