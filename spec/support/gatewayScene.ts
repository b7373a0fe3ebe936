import { NEVER, concat, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { createGateway } from 'rx-ctrader/gateway'
import type { Entitlement, Gateway, GatewayOptions } from 'rx-ctrader/gateway'
import type { Connect } from 'rx-ctrader'
import { ACCOUNT } from './account'

/** The account that a simulator has without options, with the right to trade. */
export const ownAccount: Entitlement = {
  accountId: ACCOUNT,
  environment: 'demo',
  grantId: 'grant',
  scope: 'trade',
}

/** Rights that stay as they are. */
export const lasting = (...entitlements: readonly Entitlement[]): Observable<readonly Entitlement[]> =>
  concat(of(entitlements), NEVER)

/** A gateway to a simulator, in which each token is the name of a user, and each user may trade. */
export const gatewayOver = (connect: Connect, options: Partial<GatewayOptions> = {}): Gateway =>
  createGateway({
    application: { clientId: 'demo', clientSecret: 'demo' },
    origins: ['https://app.example.com'],
    grants: {
      load: () => of({ tokens: { accessToken: 'demo' }, version: '1' }),
      save: (_, __, after) => of(after).pipe(map(version => `${version}1`)),
    },
    authenticate: ({ token = '' }) => of({ userId: token }),
    entitle: () => lasting(ownAccount),
    lines: [{ name: 'demo', environment: 'demo', connect }],
    random: () => 0.5,
    ...options,
  })
