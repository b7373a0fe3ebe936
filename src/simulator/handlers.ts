import { PayloadType } from '../protocol/payloadType'
import type { Answer, Payload, RequestType } from '../protocol/table'
import * as refusals from './refusals'
import type { Refusal } from './refusals'
import type { Session, World } from './world'

export interface Call<T extends RequestType> {
  readonly payload: Payload<T>
  readonly session: Session
  readonly world: World
  readonly answer: (payload: Answer<T>) => void
  readonly refuse: (refusal: Refusal) => void
}

export type Handler<T extends RequestType> = (call: Call<T>) => void

const VERSION = '91'
const TOKEN_LIFETIME = 2_628_000 // seconds: about 30 days

const authenticateApp: Handler<typeof PayloadType.PROTO_OA_APPLICATION_AUTH_REQ> = ({
  payload,
  session,
  world,
  answer,
  refuse,
}) => {
  if (session.appAuthenticated) {
    refuse(refusals.clientAlreadyAuthenticated)
    return
  }
  if (!world.identity.isApplication(payload)) {
    refuse(refusals.wrongClient)
    return
  }
  session.appAuthenticated = true
  answer({})
}

const authenticateAccount: Handler<typeof PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ> = ({
  payload: { ctidTraderAccountId, accessToken },
  session,
  world,
  answer,
  refuse,
}) => {
  const grant = world.identity.grantOf(accessToken)
  const account = world.identity.account(ctidTraderAccountId)
  if (!grant) {
    refuse(refusals.invalidToken)
  } else if (!account || !grant.accountIds.includes(ctidTraderAccountId)) {
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

const listAccounts: Handler<typeof PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ> = ({
  payload: { accessToken },
  world: { identity },
  answer,
  refuse,
}) => {
  const grant = identity.grantOf(accessToken)
  if (!grant) {
    refuse(refusals.invalidToken)
    return
  }
  answer({
    accessToken,
    permissionScope: grant.permissionScope,
    ctidTraderAccount: grant.accountIds.flatMap(accountId => {
      const account = identity.account(accountId)
      if (!account) return []
      const { isLive, traderLogin, brokerTitleShort } = account
      return [{ ctidTraderAccountId: accountId, isLive, traderLogin, brokerTitleShort }]
    }),
  })
}

const logOut: Handler<typeof PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ> = ({
  payload: { ctidTraderAccountId },
  session,
  answer,
}) => {
  session.accounts.delete(ctidTraderAccountId)
  answer({ ctidTraderAccountId })
  session.push(PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT, { ctidTraderAccountId })
}

const refreshToken: Handler<typeof PayloadType.PROTO_OA_REFRESH_TOKEN_REQ> = ({
  payload,
  world: { identity, sessions },
  answer,
  refuse,
}) => {
  const refreshed = identity.refresh(payload.refreshToken)
  if (!refreshed) {
    refuse(refusals.invalidToken)
    return
  }
  const { old, renewed } = refreshed
  answer({
    accessToken: renewed.accessToken,
    tokenType: 'bearer',
    expiresIn: TOKEN_LIFETIME,
    refreshToken: renewed.refreshToken,
  })
  for (const session of sessions) {
    const ended = [...session.accounts].flatMap(([accountId, token]) =>
      token === old.accessToken ? [accountId] : [],
    )
    if (ended.length === 0) continue
    session.push(PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT, {
      ctidTraderAccountIds: ended,
      reason: 'Access token is refreshed',
    })
    for (const ctidTraderAccountId of ended) {
      session.accounts.delete(ctidTraderAccountId)
      session.push(PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT, { ctidTraderAccountId })
    }
  }
}

/** What this server can do; the rest of the protocol it refuses as unsupported. */
export const handlers = {
  [PayloadType.PROTO_OA_APPLICATION_AUTH_REQ]: authenticateApp,
  [PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ]: authenticateAccount,
  [PayloadType.PROTO_OA_VERSION_REQ]: ({ answer }) => {
    answer({ version: VERSION })
  },
  [PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ]: listAccounts,
  [PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ]: logOut,
  [PayloadType.PROTO_OA_REFRESH_TOKEN_REQ]: refreshToken,
} satisfies { readonly [T in RequestType]?: Handler<T> }

/** The requests this server handles. */
export type HandledType = keyof typeof handlers

/** What may be asked before the application is authenticated. */
export const beforeAppAuth: ReadonlySet<number> = new Set([
  PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  PayloadType.PROTO_OA_VERSION_REQ,
  PayloadType.PROTO_OA_REFRESH_TOKEN_REQ,
])
