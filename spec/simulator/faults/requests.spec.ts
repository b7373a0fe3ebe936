import { PayloadType } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { rawClient } from '../../support/rawClient'
import { accountAuth, appAuth, request, scene, typesOf, version } from '../faultScene'

const {
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

const ofAccount = { ctidTraderAccountId: ACCOUNT }
const order = request(PROTO_OA_NEW_ORDER_REQ, 'order', {
  ...ofAccount,
  symbolId: 1,
  orderType: 1,
  tradeSide: 1,
  volume: 100_000,
})

describe('a refusal', () => {
  it.each([undefined, 50])('may leave open which request it is for (carrier %p) (B6)', carrier => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({
        kind: 'refuse',
        errorCode: 'CH_SERVER_NOT_REACHABLE',
        withoutId: true,
        ...(carrier !== undefined && { carrier }),
      })
      client.send(appAuth, version('1'))
      at(100, () => {
        expect(client.frames()).toEqual([
          { payloadType: carrier ?? PROTO_OA_ERROR_RES, payload: { errorCode: 'CH_SERVER_NOT_REACHABLE' } },
          expect.objectContaining({ payloadType: PROTO_OA_VERSION_RES, clientMsgId: '1' }),
        ])
        client.leave()
      })
    })
  })

  it('for maintenance may do so, too', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({ kind: 'maintenance', seconds: 10, withoutId: true })
      client.send(appAuth)
      at(100, () => {
        expect(client.frames()).toMatchObject([{ payload: { errorCode: 'SERVER_IS_UNDER_MAINTENANCE' } }])
        expect(client.frames()[0]).not.toHaveProperty('clientMsgId')
        client.leave()
      })
    })
  })
})

describe('a slow server', () => {
  it('takes a request up so much later, and the next one at once', () => {
    scene(({ broker, line, at }) => {
      const client = line()
      broker.fault({ kind: 'slow', payloadType: PROTO_OA_VERSION_REQ, ms: 8_000 })
      client.send(version('slow'), version('fast'))
      at(10_000, () => {
        expect(client.timed.map(([ms]) => ms)).toEqual([0, 8_000])
        expect(client.frames().map(({ clientMsgId }) => clientMsgId)).toEqual(['fast', 'slow'])
        client.leave()
      })
    })
  })

  it('executes an order late, and shows nothing of it until then (G1)', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'slow', payloadType: PROTO_OA_NEW_ORDER_REQ, ms: 20_000 })
        client.send(order)
      })
      at(20_900, () => {
        expect(broker.exchange.ledger(ACCOUNT).orders).toEqual([])
        expect(typesOf(client)).toEqual([PROTO_OA_APPLICATION_AUTH_RES, PROTO_OA_ACCOUNT_AUTH_RES])
      })
      at(22_000, () => {
        expect(typesOf(client)).toEqual([
          PROTO_OA_APPLICATION_AUTH_RES,
          PROTO_OA_ACCOUNT_AUTH_RES,
          PROTO_OA_EXECUTION_EVENT,
          PROTO_OA_EXECUTION_EVENT,
        ])
        client.leave()
      })
    })
  })

  it('executes an order that it has though its line is lost meanwhile, and tells the next line of it (G2)', () => {
    scene(({ broker, authenticated, line, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'slow', payloadType: PROTO_OA_NEW_ORDER_REQ, ms: 8_000 })
        client.send(order)
      })
      at(1_100, () => broker.fault({ kind: 'drop' }))
      at(5_000, () => {
        const next = line()
        next.send(appAuth, accountAuth)
        at(10_000, () => {
          expect(broker.exchange.ledger(ACCOUNT).positions).toHaveLength(1)
          expect(typesOf(next)).toEqual([
            PROTO_OA_APPLICATION_AUTH_RES,
            PROTO_OA_ACCOUNT_AUTH_RES,
            PROTO_OA_EXECUTION_EVENT,
            PROTO_OA_EXECUTION_EVENT,
          ])
          next.leave()
        })
      })
    })
  })

  it('executes it also without a connection', () => {
    scene(({ broker, authenticated, at }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.fault({ kind: 'slow', payloadType: PROTO_OA_NEW_ORDER_REQ, ms: 8_000 })
        client.send(order)
      })
      at(1_100, client.leave)
      at(60_000, () => {
        expect(broker.exchange.ledger(ACCOUNT).orders).toHaveLength(1)
        const next = rawClient(broker.connect)
        next.send(appAuth, accountAuth, request(PROTO_OA_RECONCILE_REQ, 'reconcile', ofAccount))
        at(100, () => {
          expect(next.frames()[2]?.payload).toMatchObject({ position: [{ positionStatus: 1 }] })
          next.leave()
        })
      })
    })
  })
})
