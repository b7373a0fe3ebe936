import { PayloadType } from '../../protocol/payloadType'
import type { Session } from '../model/session'
import type { World } from './world'

/** Forgets an account on a connection. */
export const forgetAccount = ({ feed }: World, session: Session, accountId: number): void => {
  session.accounts.delete(accountId)
  feed.leave(session, accountId)
}

/** Ends an account's session on a connection, with an event. */
export const endAccount = (world: World, session: Session, ctidTraderAccountId: number): void => {
  forgetAccount(world, session, ctidTraderAccountId)
  session.push(PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT, { ctidTraderAccountId })
}

/** Ends the sessions of these accounts on a connection, with the event that their token is invalid. */
export const invalidateToken = (
  world: World,
  session: Session,
  ctidTraderAccountIds: readonly number[],
  reason: string,
): void => {
  if (ctidTraderAccountIds.length === 0) return
  for (const accountId of ctidTraderAccountIds) forgetAccount(world, session, accountId)
  session.push(PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT, { ctidTraderAccountIds, reason })
}

/** Ends an application's session on a connection: nothing is authenticated any more. */
export const endApplication = (world: World, session: Session, reason?: string): void => {
  for (const accountId of [...session.accounts.keys()]) forgetAccount(world, session, accountId)
  session.appAuthenticated = false
  world.identity.applications.leave(session)
  session.push(PayloadType.PROTO_OA_CLIENT_DISCONNECT_EVENT, reason === undefined ? {} : { reason })
}

/** Ends the sessions of an access token that was replaced, on all connections. */
export const endSessions = (world: World, accessToken: string): void => {
  for (const session of world.sessions) {
    const ended = [...session.accounts].flatMap(([accountId, token]) =>
      token === accessToken ? [accountId] : [],
    )
    invalidateToken(world, session, ended, 'Access token is refreshed')
    for (const accountId of ended) endAccount(world, session, accountId)
  }
}
