import { ProtoOAClientPermissionScope } from '../../../protocol/messages/enums'
import type { Entitlement } from '../../../gateway'
import type { SimulatorOptions } from '../../../simulator'

/** The users of the demo. The password of each is the name. */
export const demoUsers = ['ann', 'ben'] as const

export type DemoUser = (typeof demoUsers)[number]

/** The accounts of the demo: one for each user, and one that both have. */
export const demoAccounts: readonly { readonly accountId: number; readonly users: readonly DemoUser[] }[] = [
  { accountId: 12345678, users: ['ann'] },
  { accountId: 23456789, users: ['ben'] },
  { accountId: 34567890, users: ['ann', 'ben'] },
]

const GRANT = 'demo'

export const demoTokens = { accessToken: 'demo', refreshToken: 'demo-refresh' }

/** The simulator behind the demo. */
export const demoSimulator: Pick<SimulatorOptions, 'accounts' | 'grants'> = {
  accounts: demoAccounts.map(({ accountId }, index) => ({
    accountId,
    isLive: false,
    traderLogin: 3_000_001 + index,
    brokerTitleShort: 'Simulator',
  })),
  grants: [
    {
      ...demoTokens,
      accountIds: demoAccounts.map(({ accountId }) => accountId),
      permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
    },
  ],
}

/** What a user of the demo may do. */
export const demoRights = (userId: string): readonly Entitlement[] =>
  demoAccounts
    .filter(({ users }) => users.some(user => user === userId))
    .map(({ accountId }) => ({ accountId, environment: 'demo', grantId: GRANT, scope: 'trade' }))
