import { ProtoOAClientPermissionScope } from 'rx-ctrader'
import type { SimulatorOptions } from 'rx-ctrader/simulator'

/** Accounts that may be traded, each by a token. Accounts with the same token are of one grant. */
export const manyAccounts = (
  ids: readonly number[],
  tokenOf: (id: number) => string,
): Required<Pick<SimulatorOptions, 'accounts' | 'grants'>> => ({
  accounts: ids.map(accountId => ({
    accountId,
    isLive: false,
    traderLogin: accountId,
    brokerTitleShort: 'Simulator',
  })),
  grants: [...new Set(ids.map(tokenOf))].map(accessToken => ({
    accessToken,
    refreshToken: `refresh-${accessToken}`,
    accountIds: ids.filter(id => tokenOf(id) === accessToken),
    permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
  })),
})
