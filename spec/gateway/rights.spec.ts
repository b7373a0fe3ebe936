import { BehaviorSubject, EMPTY, NEVER, Subject, of, throwError, timer } from 'rxjs'
import { PayloadType, createClient, lots, placeOrder, positions, spots } from 'rx-ctrader'
import type { Account, Connect } from 'rx-ctrader'
import type { Entitlement } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { gatewayOver, lasting, ownAccount } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_MARGIN_CALL_UPDATE_REQ,
  PROTO_OA_MARGIN_CALL_UPDATE_RES,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
} = PayloadType

const view: Entitlement = { ...ownAccount, scope: 'view' }

const accountOver = (connect: Connect): Account =>
  createClient({ clientId: 'terminal', clientSecret: 'any', random: () => 0.5, connect }).account({
    accountId: ACCOUNT,
    accessToken: 'any',
  })

const order = {
  payloadType: PROTO_OA_NEW_ORDER_REQ,
  clientMsgId: 'o',
  payload: { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
}
const opening = [
  { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'any' } },
  { payloadType: 2102, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' } },
]

describe('the rights of a session', () => {
  it('show a client that may only view that it may not trade, and no order of it gets to cTrader', () => {
    inVirtualTime(({ at, watch }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const gateway = gatewayOver(wire.connect, { entitle: () => lasting(view) })
      const connect = gateway.as({ userId: 'ann' })
      const placed = watch(
        placeOrder(accountOver(connect), { type: 'market', symbol: 1, side: 'buy', volume: lots(1) }),
      )
      const peer = rawClient(connect)
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order)
      })
      at(5_000, () => {
        expect(placed.error).toMatchObject({ reason: 'InvalidOrder', rule: 'permissionScope' })
        expect(peer.frames().at(-1)).toMatchObject({
          payloadType: PROTO_OA_ORDER_ERROR_EVENT,
          clientMsgId: 'o',
          payload: { errorCode: 'TRADING_NOT_ALLOWED', ctidTraderAccountId: ACCOUNT },
        })
        expect(wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
        peer.leave()
      })
    })
  })

  it('are taken away at once: the account ends on the line, and nothing of it comes any more', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator({ latency: 10 })
      const rights$ = new BehaviorSubject<readonly Entitlement[]>([ownAccount])
      const gateway = gatewayOver(broker.connect, {
        entitle: ({ userId }) => (userId === 'ann' ? rights$ : lasting(ownAccount)),
      })
      const ann = accountOver(gateway.as({ userId: 'ann' }))
      const state = watch(ann.authenticated$, 20_000)
      const seen = watch(spots(ann, 1), 20_000)
      const ben = watch(spots(accountOver(gateway.as({ userId: 'ben' })), 1), 20_000)
      let before = 0
      at(5_000, () => {
        rights$.next([])
        before = seen.values.length
      })
      at(19_000, () => {
        expect(state.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { reason: 'Refused', errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' },
        })
        expect(before).toBeGreaterThan(0)
        expect(seen.values).toHaveLength(before)
        expect(ben.values.length).toBeGreaterThan(before)
      })
    })
  })

  it('take the trading away from an order that still waits: it does not leave', () => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const rights$ = new BehaviorSubject<readonly Entitlement[]>([ownAccount])
      const audited$ = new Subject<never>()
      const gateway = gatewayOver(wire.connect, { entitle: () => rights$, audit: () => audited$ })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order)
      })
      at(3_100, () => {
        rights$.next([view])
      })
      at(3_200, () => {
        audited$.complete()
      })
      at(5_000, () => {
        expect(peer.frames().at(-1)).toMatchObject({ payload: { errorCode: 'TRADING_NOT_ALLOWED' } })
        expect(wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
        peer.leave()
      })
    })
  })

  it('are for an account with its grant: another grant opens it anew when no one needs the first', () => {
    inVirtualTime(({ at }) => {
      const rights$ = new BehaviorSubject<readonly Entitlement[]>([ownAccount])
      const loaded: string[] = []
      const gateway = gatewayOver(createSimulator({ latency: 10 }).connect, {
        entitle: () => rights$,
        grants: {
          load: grantId => {
            loaded.push(grantId)
            return [{ tokens: { accessToken: 'demo' }, version: '1' }]
          },
          save: () => NEVER,
        },
      })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        rights$.next([{ ...ownAccount, grantId: 'other' }])
      })
      at(4_000, () => {
        expect(peer.frames().at(-1)).toMatchObject({ payloadType: 2164 })
        peer.send(...opening.slice(1))
      })
      // The edge keeps an account for a while when its last user has gone.
      at(4_900, () => {
        const types = peer.frames().map(({ payloadType }) => payloadType)
        expect(types.filter(type => type !== 51).slice(-3)).toEqual([2164, 2103, 2164])
        expect(loaded).toEqual(['grant'])
        peer.send(...opening.slice(1))
      })
      at(6_000, () => {
        expect(peer.frames().at(-1)).toMatchObject({ payloadType: 2103 })
        expect(loaded).toEqual(['grant', 'other'])
        peer.leave()
      })
    })
  })

  it('let two users have one account by grants of their own: both see all of it', () => {
    inVirtualTime(({ at }) => {
      const grantOf: Record<string, string> = { ann: 'of ann', ben: 'of ben' }
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const gateway = gatewayOver(wire.connect, {
        entitle: ({ userId }) => lasting({ ...ownAccount, grantId: grantOf[userId] ?? '' }),
      })
      const [ann, ben] = ['ann', 'ben'].map(userId => rawClient(gateway.as({ userId })))
      if (!ann || !ben) throw new Error('there are two')
      const count = (peer: RawClient, type: number): number =>
        peer.frames().filter(({ payloadType }) => payloadType === type).length
      const subscribe = {
        payloadType: PROTO_OA_SUBSCRIBE_SPOTS_REQ,
        payload: { ctidTraderAccountId: ACCOUNT, symbolId: [1] },
      }
      ann.send(...opening)
      at(1_000, () => {
        ann.send(subscribe)
      })
      at(2_000, () => {
        ben.send(...opening)
      })
      at(3_000, () => {
        ben.send(subscribe, { ...order, clientMsgId: 'of ben' })
      })
      at(6_000, () => {
        ann.send({ ...order, clientMsgId: 'of ann' })
      })
      at(9_000, () => {
        for (const peer of [ann, ben]) {
          // Accepted and filled, each order.
          expect(count(peer, PROTO_OA_EXECUTION_EVENT)).toBe(4)
          expect(count(peer, PROTO_OA_ACCOUNT_DISCONNECT_EVENT)).toBe(0)
        }
        const since = 5_000
        const prices = (peer: RawClient): number =>
          peer.timed.filter(
            ([when, text]) => when > since && text.includes(`"payloadType":${PROTO_OA_SPOT_EVENT},`),
          ).length
        expect(prices(ben)).toBeGreaterThan(0)
        expect(prices(ann)).toBe(prices(ben))
        expect(wire.sentTypes().filter(type => type === PROTO_OA_ACCOUNT_AUTH_REQ)).toHaveLength(1)
        ann.leave()
      })
      // When the user has gone by whose token it was opened, it is opened by that of the other one.
      at(15_000, () => {
        expect(count(ben, PROTO_OA_ACCOUNT_DISCONNECT_EVENT)).toBe(1)
        ben.send(...opening.slice(1))
      })
      at(16_000, () => {
        expect(count(ben, PROTO_OA_ACCOUNT_AUTH_RES)).toBe(2)
        expect(wire.sentTypes().filter(type => type === PROTO_OA_ACCOUNT_AUTH_REQ)).toHaveLength(2)
        ben.leave()
      })
    })
  })

  it('cannot open an account whose tokens are not there: the user has to grant access again', () => {
    inVirtualTime(({ at }) => {
      let isThere = false
      const gateway = gatewayOver(createSimulator({ latency: 10 }).connect, {
        grants: {
          load: () => (isThere ? of({ tokens: { accessToken: 'demo' }, version: '1' }) : EMPTY),
          save: () => NEVER,
        },
      })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(...opening)
      at(1_000, () => {
        expect(peer.frames().at(-1)).toMatchObject({ payload: { errorCode: 'CH_ACCESS_TOKEN_INVALID' } })
        isThere = true
        peer.send(...opening.slice(1))
      })
      at(2_000, () => {
        expect(peer.frames().at(-1)).toMatchObject({ payloadType: 2103 })
        peer.leave()
      })
    })
  })

  it('of another user show no more than the account that both share', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator({ latency: 10 })
      const gateway = gatewayOver(broker.connect, {
        entitle: ({ userId }) => (userId === 'carl' ? lasting() : lasting(ownAccount)),
      })
      const ann = accountOver(gateway.as({ userId: 'ann' }))
      const ben = rawClient(gateway.as({ userId: 'ben' }))
      const carl = rawClient(gateway.as({ userId: 'carl' }))
      ben.send(...opening)
      carl.send(...opening)
      watch(positions(ann), 20_000)
      at(2_000, () => {
        watch(placeOrder(ann, { type: 'market', symbol: 1, side: 'buy', volume: lots(1) }), 10_000)
      })
      at(15_000, () => {
        const reports = ben.frames().filter(({ payloadType }) => payloadType === PROTO_OA_EXECUTION_EVENT)
        expect(reports.map(({ payload }) => payload?.['executionType'])).toEqual([2, 3])
        // The id of the sender is not the one of this user.
        for (const { clientMsgId } of reports) expect(clientMsgId).toMatch(/~/)
        const types = carl.frames().map(({ payloadType }) => payloadType)
        expect(types.filter(type => ![51, 2101, 2142].includes(type))).toEqual([])
        ben.leave()
        carl.leave()
      })
    })
  })

  it('let no order leave that could not be audited, and audit who did what', () => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const entries: unknown[] = []
      const gateway = gatewayOver(wire.connect, {
        audit: entry => {
          entries.push(entry)
          if (entries.length === 1) throw new Error('the disk is full')
          return timer(100)
        },
      })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order)
      })
      at(4_000, () => {
        expect(peer.frames().at(-1)).toMatchObject({ payload: { errorCode: 'CH_SERVER_NOT_REACHABLE' } })
        expect(wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
        peer.send(order)
      })
      at(6_000, () => {
        expect(peer.frames().at(-1)).toMatchObject({
          payloadType: PROTO_OA_EXECUTION_EVENT,
          clientMsgId: 'o',
        })
        expect(entries.at(-1)).toEqual({
          at: 4_000,
          userId: 'ann',
          accountId: ACCOUNT,
          environment: 'demo',
          payloadType: PROTO_OA_NEW_ORDER_REQ,
          payload: order.payload,
          clientMsgId: 'o',
        })
        peer.leave()
      })
    })
  })

  it('are needed to change a margin call, and not to look at one', () => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const gateway = gatewayOver(wire.connect, { entitle: () => lasting(view) })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      const { PROTO_OA_MARGIN_CALL_LIST_REQ, PROTO_OA_MARGIN_CALL_UPDATE_REQ } = PayloadType
      peer.send(...opening)
      at(3_000, () => {
        peer.send(
          { payloadType: PROTO_OA_MARGIN_CALL_LIST_REQ, payload: { ctidTraderAccountId: ACCOUNT } },
          {
            payloadType: PROTO_OA_MARGIN_CALL_UPDATE_REQ,
            payload: {
              ctidTraderAccountId: ACCOUNT,
              marginCall: { marginCallType: 61, marginLevelThreshold: 70 },
            },
          },
        )
      })
      at(6_000, () => {
        expect(
          peer.frames().map(({ payloadType, payload }) => payload?.['errorCode'] ?? payloadType),
        ).toEqual([2101, 2103, 'TRADING_NOT_ALLOWED', 2168])
        expect(wire.sentTypes()).not.toContain(PROTO_OA_MARGIN_CALL_UPDATE_REQ)
        peer.leave()
      })
    })
  })

  const marginCall = {
    payloadType: PROTO_OA_MARGIN_CALL_UPDATE_REQ,
    clientMsgId: 'm',
    payload: {
      ctidTraderAccountId: ACCOUNT,
      marginCall: { marginCallType: 61, marginLevelThreshold: 90 },
    },
  }
  it.each<[string, object, number]>([
    ['is changed with the right to trade', {}, PROTO_OA_MARGIN_CALL_UPDATE_RES],
    ['is not changed with the right to view', { entitle: () => lasting(view) }, PROTO_OA_ERROR_RES],
    [
      'is not changed where the change cannot be noted',
      { audit: () => throwError(() => new Error('disk')) },
      PROTO_OA_ERROR_RES,
    ],
  ])('a margin call %s', (_, options, answer) => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const peer = rawClient(gatewayOver(wire.connect, options).as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(marginCall)
      })
      at(6_000, () => {
        expect(peer.frames().find(({ clientMsgId }) => clientMsgId === 'm')).toMatchObject({
          payloadType: answer,
        })
        expect(wire.sentTypes().includes(PROTO_OA_MARGIN_CALL_UPDATE_REQ)).toBe(
          answer === PROTO_OA_MARGIN_CALL_UPDATE_RES,
        )
        peer.leave()
      })
    })
  })
})
