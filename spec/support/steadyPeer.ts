import { asyncScheduler, interval, takeUntil, timer } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { GatewayFloor, PeerLine } from './gatewayFloor'
import type { RawFrame } from './rawClient'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
} = PayloadType

const LOOKS_EVERY = 250
const TRIES_AGAIN_AFTER = 1_000

export interface PeerHabits {
  readonly accounts: readonly number[]
  readonly spots: readonly number[]
  readonly depth: boolean
}

/** A request of a peer. */
export interface Asked {
  readonly id: string
  readonly payloadType: number
  readonly accountId: number
  readonly at: number
  /** When the peer had asked for the account. */
  readonly authAskedAt: number
}

/** A line of a peer, and what was asked on it. */
export interface AskedLine extends PeerLine {
  readonly peer: number
  readonly asked: Asked[]
  hasLeft: boolean
}

export interface SteadyPeer {
  readonly habits: PeerHabits
  /** All its lines, the present one last. */
  readonly lines: AskedLine[]
  /** Sends a request, if it has a line. */
  readonly ask: (payloadType: number, accountId: number, payload?: object) => void
  /** Comes back no more. */
  readonly leave: () => void
}

/**
 * A peer that opens its accounts again whenever they are taken away, and its line when it is lost, as a client does. It
 * subscribes to its prices, and asks for its positions.
 */
export const steadyPeer = (
  { edges, join }: GatewayFloor,
  peer: number,
  habits: PeerHabits,
  until: number,
): SteadyPeer => {
  const lines: AskedLine[] = []
  const authAskedAt = new Map<number, number>()
  const openAt = new Map<number, number>()
  let seen = 0
  let count = 0
  let hasLeft = false

  const current = (): AskedLine | undefined => {
    const line = lines.at(-1)
    return line && !line.client.closed && !hasLeft ? line : undefined
  }
  const ask: SteadyPeer['ask'] = (payloadType, accountId, payload = {}) => {
    const line = current()
    if (!line) return
    const id = `${peer}-${(count += 1)}`
    line.asked.push({
      id,
      payloadType,
      accountId,
      at: asyncScheduler.now(),
      authAskedAt: authAskedAt.get(accountId) ?? Infinity,
    })
    line.client.send({
      payloadType,
      clientMsgId: id,
      payload: { ctidTraderAccountId: accountId, ...payload },
    })
  }
  const open = (accountId: number): void => {
    openAt.delete(accountId)
    authAskedAt.set(accountId, asyncScheduler.now())
    ask(PROTO_OA_ACCOUNT_AUTH_REQ, accountId, { accessToken: 'a' })
  }
  const subscribeAgain = ({ payloadType, accountId }: Asked): void => {
    const symbolId = payloadType === PROTO_OA_SUBSCRIBE_SPOTS_REQ ? habits.spots : [1]
    if (payloadType !== PROTO_OA_SUBSCRIBE_SPOTS_REQ && payloadType !== PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ)
      return
    ask(payloadType, accountId, { symbolId })
  }
  const react = ({ asked }: AskedLine, { payloadType, clientMsgId, payload = {} }: RawFrame): void => {
    const accountId = payload['ctidTraderAccountId'] as number
    if (payloadType === PROTO_OA_APPLICATION_AUTH_RES) habits.accounts.forEach(open)
    if (payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT) open(accountId)
    if (payloadType === PROTO_OA_ACCOUNT_LOGOUT_RES)
      openAt.set(accountId, asyncScheduler.now() + TRIES_AGAIN_AFTER)
    if (payloadType === PROTO_OA_ACCOUNT_AUTH_RES) {
      if (habits.spots.length > 0) ask(PROTO_OA_SUBSCRIBE_SPOTS_REQ, accountId, { symbolId: habits.spots })
      if (habits.depth) ask(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, accountId, { symbolId: [1] })
      ask(PROTO_OA_RECONCILE_REQ, accountId)
    }
    if (payload['errorCode'] === undefined || clientMsgId === undefined) return
    const refused = asked.find(({ id }) => id === clientMsgId)
    if (payload['errorCode'] === 'ALREADY_LOGGED_IN') return
    if (refused?.payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
      openAt.set(refused.accountId, asyncScheduler.now() + TRIES_AGAIN_AFTER)
    // Otherwise the account has been taken away, and all of it begins again.
    else if (refused && refused.authAskedAt === authAskedAt.get(refused.accountId)) subscribeAgain(refused)
  }
  const connect = (): void => {
    const wanted = (peer + lines.length) % edges.length
    const index = edges[wanted]?.process.isDead() === true ? (wanted + 1) % edges.length : wanted
    const line = join(String(peer), index)
    openAt.clear()
    seen = 0
    const askedLine: AskedLine = Object.assign(line, { peer, asked: [], hasLeft: false })
    lines.push(askedLine)
    askedLine.client.send({
      payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
      payload: { clientId: 'a', clientSecret: 'a' },
    })
  }
  connect()
  interval(LOOKS_EVERY)
    .pipe(takeUntil(timer(until)))
    .subscribe(() => {
      if (hasLeft) return
      const line = current()
      if (!line) {
        connect()
        return
      }
      for (; seen < line.client.received.length; seen += 1)
        react(line, JSON.parse(line.client.received[seen] ?? '') as RawFrame)
      for (const [accountId, when] of [...openAt])
        if (when <= asyncScheduler.now()) {
          openAt.delete(accountId)
          open(accountId)
        }
      if (asyncScheduler.now() % 10_000 === 0) line.client.send({ payloadType: HEARTBEAT_EVENT, payload: {} })
    })
  return {
    habits,
    lines,
    ask,
    leave: () => {
      const line = current()
      hasLeft = true
      if (!line) return
      line.hasLeft = true
      line.client.leave()
    },
  }
}
