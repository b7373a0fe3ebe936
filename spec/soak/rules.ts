import { map, tap } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import { monotonicNow } from '../../src/clock'
import { messageRow } from '../../src/protocol/table'
import type { Lane } from '../../src/protocol/table'

/** A line on which it is noted when a client breaks a rule. */
export interface Refereed {
  readonly connect: Connect
  /** Which rules were broken, in words. */
  readonly broken: string[]
}

interface Message {
  readonly payloadType?: unknown
  readonly clientMsgId?: unknown
  readonly payload?: Readonly<Record<string, unknown>>
}

/** A frame as it is; nothing of a text that is not a frame. */
export const read = (text: string): Message => {
  try {
    return Object(JSON.parse(text)) as Message
  } catch {
    return {}
  }
}

const LIMITS: Readonly<Record<Lane, number>> = { live: 50, historical: 5 }

/** In any second no more than the server allows on one line. */
const limitOf = (lane: Lane): ((at: number) => boolean) => {
  const times: number[] = []
  return at => {
    times.push(at)
    const before = times.length > LIMITS[lane] ? times.shift() : undefined
    return before === undefined || at - before >= 1_000
  }
}

const beforeAppAuth: readonly unknown[] = [
  PayloadType.HEARTBEAT_EVENT,
  PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  // The server tells its version to anyone.
  PayloadType.PROTO_OA_VERSION_REQ,
]

/** First the application, then each account, then what is of that account. */
const createOrder = () => {
  let isAppIn = false
  const accountsIn = new Set<unknown>()
  const asked = new Map<unknown, unknown>()
  return {
    sent: ({ payloadType, clientMsgId, payload = {} }: Message): boolean => {
      const accountId = payload['ctidTraderAccountId']
      if (!isAppIn) return beforeAppAuth.includes(payloadType)
      if (payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ) {
        asked.set(clientMsgId, accountId)
        return true
      }
      return accountId === undefined || accountsIn.has(accountId)
    },
    received: ({ payloadType, clientMsgId, payload = {} }: Message): void => {
      const errorCode = payload['errorCode']
      if (
        payloadType === PayloadType.PROTO_OA_APPLICATION_AUTH_RES ||
        errorCode === 'CH_CLIENT_ALREADY_AUTHENTICATED'
      )
        isAppIn = true
      if (payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_RES || errorCode === 'ALREADY_LOGGED_IN')
        accountsIn.add(asked.get(clientMsgId))
      if (payloadType === PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES)
        accountsIn.delete(payload['ctidTraderAccountId'])
    },
  }
}

/** Watches over a client: the server's limits, authentication before all else, and no order twice. */
export const refereed = (connect: Connect): Refereed => {
  const broken: string[] = []
  const orders = new Set<unknown>()
  let opened = 0
  const watched = () =>
    connect().pipe(
      map(({ frame$, send }) => {
        const line = opened++
        const order = createOrder()
        const allowed = { live: limitOf('live'), historical: limitOf('historical') }
        const check = (isKept: boolean, rule: string, { payloadType }: Message): void => {
          if (!isKept)
            broken.push(`line ${line} at ${monotonicNow()}: ${String(payloadType)} breaks "${rule}"`)
        }
        return {
          frame$: frame$.pipe(
            tap(text => {
              order.received(read(text))
            }),
          ),
          send: (text: string) => {
            const message = read(text)
            const lane = messageRow(message.payloadType)?.lane ?? 'live'
            check(allowed[lane](monotonicNow()), `at most ${LIMITS[lane]} a second`, message)
            check(order.sent(message), 'authentication first', message)
            if (message.payloadType === PayloadType.PROTO_OA_NEW_ORDER_REQ) {
              const id = message.payload?.['clientOrderId']
              check(!orders.has(id), 'no order twice', message)
              orders.add(id)
            }
            send(text)
          },
        }
      }),
    )
  return { connect: watched, broken }
}
