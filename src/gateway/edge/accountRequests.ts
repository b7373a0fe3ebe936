import { of, takeUntil, throwIfEmpty } from 'rxjs'
import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'
import { PayloadType } from '../../protocol/payloadType'
import { messageCodec, messageRow } from '../../protocol/table'
import type { Refusal } from '../bus/messages'
import { notAuthorized, notReachable } from '../model/refusals'
import { omitUndefined } from '../../util/omitUndefined'
import type { Call } from './wire/call'
import type { EdgeContext, Line, LineUser } from './lineState'
import { createPeerAccount } from './accounts/peerAccount'
import { forwardRequest } from './accounts/requests'
import { subscriptionHandlers } from './accounts/subscriptions'

const notFound = {
  errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND',
  description: 'Trading account is not found',
}

const alreadyLoggedIn = {
  errorCode: 'ALREADY_LOGGED_IN',
  description: 'Trading account is already authorized in this channel',
}

const tooFrequent = {
  errorCode: 'REQUEST_FREQUENCY_EXCEEDED',
  description: 'Too many requests wait for an answer',
  retryAfter: 1,
}

/** No token is ever asked for or given here, and these are not for a browser. */
const UNSUPPORTED: ReadonlySet<number> = new Set([
  PayloadType.PROTO_OA_GET_CTID_PROFILE_BY_TOKEN_REQ,
  PayloadType.PROTO_OA_REFRESH_TOKEN_REQ,
  PayloadType.PROTO_OA_V1_PNL_CHANGE_SUBSCRIBE_REQ,
  PayloadType.PROTO_OA_V1_PNL_CHANGE_UN_SUBSCRIBE_REQ,
])

const accountIdOf = ({ payload }: Call): number => payload['ctidTraderAccountId'] as number

/** The accounts of the session (2149). A token in the request is any text, and comes back. */
const listAccounts = ({ entitlements }: Line, call: Call): void => {
  const mayTrade = entitlements.some(({ scope }) => scope === 'trade')
  call.answer({
    accessToken: call.payload['accessToken'],
    permissionScope: mayTrade
      ? ProtoOAClientPermissionScope.SCOPE_TRADE
      : ProtoOAClientPermissionScope.SCOPE_VIEW,
    ctidTraderAccount: entitlements.map(({ accountId, environment, traderLogin }) => ({
      ctidTraderAccountId: accountId,
      isLive: environment === 'live',
      ...omitUndefined({ traderLogin }),
    })),
  })
}

/** Opens an account on a line (2102). What is given as its token is not looked at: the session has the rights. */
const openAccount = (context: EdgeContext, line: Line, { ids, unreported }: LineUser, call: Call): void => {
  const accountId = accountIdOf(call)
  const known = line.accounts.get(accountId)
  if (known) {
    const { opening$ = of(undefined) } = known
    // Two at once are answered one after the other, as at cTrader.
    opening$.subscribe(refusal => {
      call.refuse(refusal ?? alreadyLoggedIn)
    })
    return
  }
  const entitlement = line.entitlements.find(given => given.accountId === accountId)
  if (!entitlement) {
    call.refuse(notFound)
    return
  }
  const { accounts, outbox } = line
  const account = context.account(entitlement)
  const peer = createPeerAccount({
    account,
    entitlement,
    outbox,
    ids,
    unreported,
    onLeft: () => {
      if (accounts.get(accountId) === peer) accounts.delete(accountId)
    },
    onLost: () => {
      context.counters.disconnectedAccounts += 1
    },
  })
  accounts.set(accountId, peer)
  const settle = (refusal?: Refusal): void => {
    if (refusal) call.refuse(refusal)
    else call.answer({ ctidTraderAccountId: accountId })
    peer.opening$?.next(refusal)
    peer.opening$ = undefined
  }
  account
    .open()
    .pipe(takeUntil(peer.left$), throwIfEmpty())
    .subscribe({
      next: answer => {
        if (answer.kind === 'done') {
          peer.stamp = answer.stamp ?? 0
          settle()
          return
        }
        peer.leave(false)
        settle(answer.kind === 'refused' ? answer.refusal : notReachable)
      },
      error: () => {
        settle(notFound)
      },
    })
}

const subscriptionCount = ({ accounts }: Line): number =>
  [...accounts.values()].reduce((sum, { held }) => sum + held.size, 0)

/** Settles a request of a peer whose session is known. */
export const handleAccountRequest = (context: EdgeContext, line: Line, user: LineUser, call: Call): void => {
  const { payloadType } = call
  if (UNSUPPORTED.has(payloadType)) {
    call.refuse({
      errorCode: 'UNSUPPORTED_MESSAGE',
      description: `Payload type ${payloadType} is not supported`,
    })
    return
  }
  if (payloadType === PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ) {
    listAccounts(line, call)
    return
  }
  if (payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ) {
    openAccount(context, line, user, call)
    return
  }
  const peer = line.accounts.get(accountIdOf(call))
  if (peer?.stamp === undefined || !('ctidTraderAccountId' in messageCodec(payloadType).fields)) {
    call.refuse(notAuthorized)
    return
  }
  if (payloadType === PayloadType.PROTO_OA_ACCOUNT_LOGOUT_REQ) {
    call.answer({ ctidTraderAccountId: accountIdOf(call) })
    peer.leave(true)
    return
  }
  const subscription = subscriptionHandlers.get(payloadType)
  if (subscription) {
    const mayAdd = (count: number): boolean => subscriptionCount(line) + count <= context.limits.subscriptions
    subscription(peer, call, { outbox: line.outbox, mayAdd })
    return
  }
  const lane = messageRow(payloadType)?.lane ?? 'live'
  const { historicalWaiting, liveWaiting } = context.limits
  if (line.waiting[lane] >= (lane === 'live' ? liveWaiting : historicalWaiting)) {
    call.refuse(tooFrequent)
    return
  }
  line.waiting[lane] += 1
  const { address } = line.handshake
  const { audit, auditLog } = context
  forwardRequest(peer, call, { ...user, address, audit, auditLog }, () => {
    line.waiting[lane] -= 1
  })
}
