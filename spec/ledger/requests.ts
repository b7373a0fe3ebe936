import type { Commands } from './commands'
import { isCommand } from './faults'
import type { Armed, FaultOf } from './faults'
import { instrumentOf } from './instruments'
import type { Prices } from './instruments'
import type { Lists } from './lists'
import { reference } from './reference'
import type { Session } from './session'
import type { Carrier } from './ways'

interface Parts {
  readonly accountId: number
  readonly armed: Armed
  readonly commands: Commands
  readonly lists: Lists
  readonly prices: Prices
  readonly now: () => number
  /** By which commands are refused. */
  readonly carrier: Carrier
}

interface Frame {
  readonly payloadType: number
  readonly clientMsgId?: string
  readonly payload?: Readonly<Record<string, unknown>>
}

const notAuthorized: FaultOf<'refuse'> = {
  kind: 'refuse',
  types: [],
  times: 1,
  carrier: 2142,
  errorCode: 'INVALID_REQUEST',
  description: 'Trading account is not authorized',
}

/** Answers what a client sends, or refuses it. */
export const createRequests = ({ accountId, armed, commands, lists, prices, now, carrier }: Parts) => {
  const account = { ctidTraderAccountId: accountId }

  const subscribe = (session: Session, symbolIds: readonly number[], id: string | undefined): void => {
    const refusal = symbolIds.some(one => !instrumentOf(one))
      ? 'SYMBOL_NOT_FOUND'
      : symbolIds.some(one => session.spots.has(one))
        ? 'ALREADY_SUBSCRIBED'
        : undefined
    if (refusal !== undefined) {
      session.send(2142, { errorCode: refusal }, id)
      return
    }
    session.send(2128, account, id)
    for (const symbolId of symbolIds) {
      session.spots.add(symbolId)
      session.send(2131, { ...account, symbolId, ...prices.quote(symbolId), timestamp: now() })
    }
  }

  const command = (session: Session, { payloadType, clientMsgId = '', payload }: Frame): void => {
    commands.receive(payloadType, payload, clientMsgId, ({ errorCode, ...rest }) => {
      // What is rejected by an event needs no refusal besides.
      if (errorCode === 'ORDER_CANCEL_REJECTED') return
      session.send(carrier, { errorCode, ...(carrier === 2132 && account), ...rest }, clientMsgId)
    })
  }

  /** Says that it is not done; of a command that the server has given up on, that may not be so. */
  const refuse = (session: Session, frame: Frame, refusal: FaultOf<'refuse'>): void => {
    const { payloadType, clientMsgId, payload } = frame
    const { errorCode, description, isDone = false, retryAfter } = refusal
    if (isCommand(payloadType))
      if (isDone) commands.receive(payloadType, payload, clientMsgId ?? '', () => undefined)
      else commands.turnAway(payloadType, payload, clientMsgId ?? '')
    session.send(
      refusal.carrier,
      {
        errorCode,
        ...(refusal.carrier === 2132 && account),
        ...(description !== undefined && { description }),
        ...(retryAfter !== undefined && { retryAfter }),
      },
      clientMsgId,
    )
  }

  /** Before any account: the application, and who is who. */
  const beforeAccount = (session: Session, frame: Frame): boolean => {
    const { payloadType, clientMsgId, payload } = frame
    switch (payloadType) {
      case 51:
        return true
      case 2100:
        session.isApp = true
        session.send(2101, {}, clientMsgId)
        return true
      case 2104:
        session.send(2105, { version: '91' }, clientMsgId)
        return true
    }
    if (!session.isApp) {
      refuse(session, frame, { ...notAuthorized, errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' })
      return true
    }
    switch (payloadType) {
      case 2102:
        if (session.isAccount) session.send(2142, { errorCode: 'ALREADY_LOGGED_IN', ...account }, clientMsgId)
        else {
          session.isAccount = true
          session.send(2103, account, clientMsgId)
        }
        return true
      case 2149:
        session.send(
          2150,
          {
            accessToken: payload?.['accessToken'],
            permissionScope: 1,
            ctidTraderAccount: [{ ...account, isLive: false, traderLogin: 5 }],
          },
          clientMsgId,
        )
        return true
    }
    if (session.isAccount) return false
    refuse(session, frame, notAuthorized)
    return true
  }

  return (session: Session, text: string): void => {
    const frame = JSON.parse(text) as Frame
    const { payloadType, clientMsgId, payload = {} } = frame
    if (beforeAccount(session, frame)) return
    if (armed.strike('ignore', payloadType)) return
    const refused = armed.strike('refuse', payloadType)
    if (refused) {
      refuse(session, frame, refused)
      return
    }
    if (isCommand(payloadType)) {
      command(session, frame)
      return
    }
    const symbolIds = [payload['symbolId'] ?? []].flat() as number[]
    switch (payloadType) {
      case 2127:
        subscribe(session, symbolIds, clientMsgId)
        return
      case 2129:
        for (const one of symbolIds) session.spots.delete(one)
        session.send(2130, account, clientMsgId)
        return
      case 2162:
        session.isAccount = false
        session.spots.clear()
        session.send(2163, account, clientMsgId)
        return
    }
    const known = reference[payloadType]
    if (known) {
      session.send(payloadType + 1, { ...account, ...known(payload) }, clientMsgId)
      return
    }
    const listed = lists[payloadType]?.(payload)
    if (listed && 'payload' in listed) session.send(payloadType + 1, listed.payload, clientMsgId)
    else session.send(2142, { errorCode: listed?.errorCode ?? 'UNSUPPORTED_MESSAGE' }, clientMsgId)
  }
}
