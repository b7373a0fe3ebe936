import { PayloadType } from '../../protocol/payloadType'
import type { RequestType } from '../../protocol/table'
import { endAccount, endSessions, forgetAccount } from '../world/endSession'
import type { Grant } from '../model/identity'
import * as refusals from '../model/refusals'
import type { Call, Handler, Handlers } from './handler'

const VERSION = '91'

const authenticateApp: Handler<typeof PayloadType.PROTO_OA_APPLICATION_AUTH_REQ> = ({
  payload,
  session,
  world: { identity },
  answer,
  refuse,
}) => {
  const refusal = identity.applications.enter(session, payload)
  if (refusal) {
    refuse(refusal)
    return
  }
  session.appAuthenticated = true
  answer({})
}

/**
 * The grant of a valid access token. A token is checked only when it is used. Accounts that were authenticated
 * before it expired stay so until their line ends, because 2147 is not documented to report expiry.
 */
const goodGrant = (
  { world: { identity }, at, refuse }: Pick<Call<RequestType>, 'world' | 'at' | 'refuse'>,
  accessToken: string,
): Grant | undefined => {
  const grant = identity.grantOf(accessToken)
  if (!grant) refuse(refusals.invalidToken)
  else if ((grant.expiresAt ?? Infinity) <= at) refuse(refusals.tokenExpired)
  else return grant
  return undefined
}

const authenticateAccount: Handler<typeof PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ> = call => {
  const { ctidTraderAccountId, accessToken } = call.payload
  const { session, world, answer, refuse } = call
  const grant = goodGrant(call, accessToken)
  if (!grant) return
  const account = world.identity.account(ctidTraderAccountId)
  if (!account || !grant.accountIds.includes(ctidTraderAccountId)) {
    refuse(refusals.accountNotFound)
  } else if (!world.serves(account)) {
    refuse(refusals.notRouted)
  } else if (session.accounts.has(ctidTraderAccountId)) {
    refuse(refusals.alreadyAuthorized(ctidTraderAccountId))
  } else {
    session.accounts.set(ctidTraderAccountId, accessToken)
    answer({ ctidTraderAccountId })
  }
}

const listAccounts: Handler<typeof PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ> = call => {
  const { accessToken } = call.payload
  const grant = goodGrant(call, accessToken)
  if (!grant) return
  call.answer({
    accessToken,
    permissionScope: grant.permissionScope,
    ctidTraderAccount: grant.accountIds.flatMap(accountId => {
      const account = call.world.identity.account(accountId)
      if (!account) return []
      const { isLive, traderLogin, brokerTitleShort } = account
      return [{ ctidTraderAccountId: accountId, isLive, traderLogin, brokerTitleShort }]
    }),
  })
}

const tellProfile: Handler<typeof PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ> = call => {
  const grant = goodGrant(call, call.payload.accessToken)
  if (grant) call.answer({ profile: { userId: grant.userId ?? 1 } })
}

const logOut: Handler<typeof PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ> = ({
  payload: { ctidTraderAccountId },
  session,
  world,
  answer,
}) => {
  const { logoutEvent } = world.unknowns
  if (logoutEvent === 'before') endAccount(world, session, ctidTraderAccountId)
  answer({ ctidTraderAccountId })
  if (logoutEvent === 'after') endAccount(world, session, ctidTraderAccountId)
  if (logoutEvent === 'none') forgetAccount(world, session, ctidTraderAccountId)
}

const refreshToken: Handler<typeof PayloadType.PROTO_OA_REFRESH_TOKEN_REQ> = ({
  payload,
  world,
  at,
  answer,
  refuse,
}) => {
  const refreshed = world.identity.refresh(payload.refreshToken, at)
  if (!refreshed) {
    refuse(refusals.invalidToken)
    return
  }
  const { old, renewed } = refreshed
  answer({
    accessToken: renewed.accessToken,
    tokenType: 'bearer',
    expiresIn: world.identity.tokenLifetime,
    refreshToken: renewed.refreshToken,
  })
  endSessions(world, old.accessToken)
}

export const sessionHandlers = {
  [PayloadType.PROTO_OA_APPLICATION_AUTH_REQ]: authenticateApp,
  [PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ]: authenticateAccount,
  [PayloadType.PROTO_OA_VERSION_REQ]: ({ answer }) => {
    answer({ version: VERSION })
  },
  [PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ]: listAccounts,
  [PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ]: tellProfile,
  [PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ]: logOut,
  [PayloadType.PROTO_OA_REFRESH_TOKEN_REQ]: refreshToken,
} satisfies Handlers
