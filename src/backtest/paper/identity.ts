import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'
import type { Identity, TradingAccount } from '../../simulator/model/identity'
import { clientAlreadyAuthenticated } from '../../simulator/model/refusals'
import type { Session } from '../../simulator/model/session'

/**
 * Lets in every application and every token, to trade with one account. It renews no tokens:
 * a program that saves them would lose those of the real account.
 */
export const openIdentity = (account: TradingAccount): Identity => {
  const { accountId } = account
  const entered = new Map<Session, string>()
  return {
    applications: {
      enter: (session, { clientId }) => {
        if (entered.has(session)) return clientAlreadyAuthenticated
        entered.set(session, clientId)
        return undefined
      },
      on: session => entered.get(session),
      leave: session => {
        entered.delete(session)
      },
    },
    tokenLifetime: 0,
    grantOf: () => ({
      accessToken: '',
      refreshToken: '',
      accountIds: [accountId],
      permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
    }),
    account: id => (id === accountId ? account : undefined),
    refresh: () => undefined,
    expire: () => undefined,
  }
}
