import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'
import { createSimulator } from '../../simulator'
import type { SimulatorOptions } from '../../simulator'
import type { PlainOptions } from './credentials'
import { resolveValue } from './features'
import type { CTraderFeature, ValueOrFactory } from './features'

/** Accounts with the same access token belong to one grant. */
const grantsOf = (accounts: PlainOptions['accounts']) =>
  [...new Set(accounts.map(({ accessToken }) => accessToken))].map(accessToken => {
    const its = accounts.filter(account => account.accessToken === accessToken)
    const refreshToken = its.find(account => account.refreshToken !== undefined)?.refreshToken
    return {
      accessToken,
      refreshToken: refreshToken ?? `${accessToken}-refresh`,
      accountIds: its.map(({ accountId }) => accountId),
      permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
    }
  })

/**
 * The default clients and accounts of a simulator: the provided ones, or its own default account if none is
 * provided.
 */
const known = ({ client: { clientId, clientSecret, environment = 'demo' }, accounts }: PlainOptions) => ({
  environment,
  applications: [{ clientId, clientSecret }],
  ...(accounts.length > 0 && {
    accounts: accounts.map(({ accountId }, index) => ({
      accountId,
      isLive: environment === 'live',
      traderLogin: 3_000_001 + index,
      brokerTitleShort: 'Simulator',
    })),
    grants: grantsOf(accounts),
  }),
})

/**
 * A simulator in memory instead of the server, for development, demos and tests. Nothing else has to change. It
 * knows the provided application and accounts, unless its options say otherwise. Functions for secrets are not called. A bundle contains the simulator
 * only if it uses this function.
 *
 * ```ts
 * const myAccount = withAccount({ accountId: 12345678, accessToken })
 * provideCTrader({ environment: 'demo', clientId, clientSecret }, myAccount, withSimulator({ seed: 42 }))
 * ```
 */
export const withSimulator = (options: ValueOrFactory<SimulatorOptions> = {}): CTraderFeature => ({
  kind: 'simulator',
  simulate: provided => createSimulator({ ...known(provided), ...resolveValue('withSimulator', options) }),
})
