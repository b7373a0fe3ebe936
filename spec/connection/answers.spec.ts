import { PayloadType } from 'rx-ctrader'
import type { RejectedFrame } from 'rx-ctrader'
import { obliging } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { scriptedClient } from '../support/scriptedClient'
import { inVirtualTime } from '../support/virtualTime'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_RECONCILE_RES,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_TRADER_REQ,
} = PayloadType

const ORDER = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 } as const
const BLOCKED = { errorCode: 'SERVER_IS_UNDER_MAINTENANCE' }

describe('a refusal without an id', () => {
  it.each<[string, number, object, number]>([
    ['2142, in seconds', PROTO_OA_ERROR_RES, { ...BLOCKED, maintenanceEndTimestamp: 40 }, 40_000],
    ['50, in ms', 50, { ...BLOCKED, maintenanceEndTimestamp: 40_000 }, 40_000],
  ])(
    'is the answer to the handshake that is under way, with the end that it names: %s (B6)',
    (_, carrier, payload, end) => {
      inVirtualTime(({ at, watch }) => {
        let refusals = 0
        const { client, server } = scriptedClient((frame, line) => {
          if (frame.payloadType === PROTO_OA_APPLICATION_AUTH_REQ && (refusals += 1) === 1)
            line.say({ payloadType: carrier, payload })
          else obliging(frame, line)
        })
        const seen = watch(client.connection$, 100_000)
        watch(client.appAuth$, 100_000)
        at(1, () => {
          const { cause, delay } = seen.values.find(state => state.status === 'reconnecting') ?? {}
          expect(cause).toMatchObject({ reason: 'Refused', maintenanceEndTimestamp: end })
          expect(delay).toBeGreaterThanOrEqual(40_000)
        })
        at(50_000, () => {
          expect(server.lines).toHaveLength(2)
          expect(seen.values.at(-1)?.status).toBe('connected')
        })
      })
    },
  )

  it('of an account is the answer to its authentication (B6)', () => {
    inVirtualTime(({ watch, at }) => {
      const { account } = scriptedClient((frame, line) => {
        if (frame.payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            payload: { errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' },
          })
        else obliging(frame, line)
      })
      const seen = watch(account.authenticated$, 100)
      at(50, () => {
        expect(seen.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' },
        })
      })
    })
  })

  it('is the answer of no order, and of none of several requests (B6)', () => {
    inVirtualTime(({ watch, at }) => {
      const { account, server } = scriptedClient(obliging)
      watch(account.accountAuth$, 5_000)
      const order = watch(account.request(PROTO_OA_NEW_ORDER_REQ, ORDER), 4_000)
      const refuse = () =>
        server.lines[0]?.say({ payloadType: PROTO_OA_ERROR_RES, payload: { errorCode: 'X' } })
      at(100, () => {
        refuse()
        const asked = [1, 2].map(() => watch(account.request(PROTO_OA_TRADER_REQ, {}), 1_000))
        refuse()
        at(100, () => {
          expect([order, ...asked].map(({ error }) => error)).toEqual([undefined, undefined, undefined])
        })
      })
    })
  })
})

describe('an answer that says another account', () => {
  const answering =
    (ctidTraderAccountId: number): Reply =>
    (frame, line) => {
      const { clientMsgId, payloadType } = frame
      if (payloadType === PROTO_OA_RECONCILE_REQ)
        line.say({ payloadType: PROTO_OA_RECONCILE_RES, clientMsgId, payload: { ctidTraderAccountId } })
      else if (payloadType === PROTO_OA_NEW_ORDER_REQ)
        line.say({
          payloadType: PROTO_OA_EXECUTION_EVENT,
          clientMsgId,
          payload: { ctidTraderAccountId, executionType: 3, isServerEvent: false },
        })
      else obliging(frame, line)
    }

  it('than was asked of is rejected, and the request goes on waiting (G7)', () => {
    inVirtualTime(({ watch, at }) => {
      const { account, client } = scriptedClient(answering(22))
      const rejected: RejectedFrame[] = []
      client.rejected$.subscribe(frame => rejected.push(frame))
      const asked = watch(account.request(PROTO_OA_RECONCILE_REQ, {}), 20_000)
      at(15_000, () => {
        expect(asked.values).toEqual([])
        expect(asked.error).toMatchObject({ reason: 'Timeout', sent: true })
        expect(rejected).toMatchObject([
          {
            payloadType: PROTO_OA_RECONCILE_RES,
            faults: [{ path: 'payload.ctidTraderAccountId', actual: 'another' }],
          },
        ])
      })
    })
  })

  it('does not settle an order, and is told to the other account (G7)', () => {
    inVirtualTime(({ watch, at }) => {
      const { account, client } = scriptedClient(answering(22))
      const other = watch(
        client
          .account({ accountId: 22, accessToken: 'token-of-22' })
          .on(PayloadType.PROTO_OA_EXECUTION_EVENT),
        5_000,
      )
      at(1, () => {
        const order = watch(account.request(PROTO_OA_NEW_ORDER_REQ, ORDER), 3_000)
        at(1_000, () => {
          expect(order.values).toEqual([])
          expect(other.values).toHaveLength(1)
        })
      })
    })
  })

  it('of the right one is the answer', () => {
    inVirtualTime(({ watch, at }) => {
      const { account } = scriptedClient(answering(11))
      const asked = watch(account.request(PROTO_OA_RECONCILE_REQ, {}))
      at(1, () => {
        expect(asked.completed).toBe(true)
      })
    })
  })
})

describe('an answer above the limit of a frame', () => {
  const asking = { symbolId: [1, 2, 3] }

  it('is the error of its request alone: the line stays (B4)', () => {
    inVirtualTime(({ watch, at }) => {
      const { account, server } = scriptedClient((frame, line) => {
        const { clientMsgId = '', payloadType } = frame
        if (payloadType === PROTO_OA_SYMBOL_BY_ID_REQ)
          line.say(
            `{"payloadType":2117,"clientMsgId":"${clientMsgId}","payload":{"ctidTraderAccountId":11,"x":"${'x'.repeat(15 * 1024 * 1024)}"}}`,
          )
        else obliging(frame, line)
      })
      const other = watch(account.request(PROTO_OA_TRADER_REQ, {}), 5_000)
      const asked = watch(account.request(PROTO_OA_SYMBOL_BY_ID_REQ, asking), 5_000)
      at(100, () => {
        expect(asked.error).toMatchObject({ reason: 'TooLarge', payloadType: PROTO_OA_SYMBOL_BY_ID_REQ })
        expect(other.error).toBeUndefined()
        expect(server.lines).toHaveLength(1)
      })
    })
  })

  it('that has ended two lines is not asked for a third time (B4)', () => {
    inVirtualTime(({ watch, at }) => {
      const { account, server } = scriptedClient((frame, line) => {
        if (frame.payloadType === PROTO_OA_SYMBOL_BY_ID_REQ) line.lose(new Error('Max payload size exceeded'))
        else obliging(frame, line)
      })
      const asked = watch(account.request(PROTO_OA_SYMBOL_BY_ID_REQ, asking), 60_000)
      at(50_000, () => {
        expect(asked.error).toMatchObject({ reason: 'TooLarge', detail: 'it has ended 2 lines' })
        const frames = server.lines.flatMap(({ heard }) => heard)
        expect(frames.filter(({ payloadType }) => payloadType === PROTO_OA_SYMBOL_BY_ID_REQ)).toHaveLength(2)
      })
    })
  })
})

describe('a nextId of the user', () => {
  const withId = (nextId: () => string) => {
    let error: unknown
    inVirtualTime(({ watch, at }) => {
      const { client } = scriptedClient(
        (frame, line) => {
          if (frame.payloadType !== PROTO_OA_TRADER_REQ) obliging(frame, line)
        },
        { nextId },
      )
      watch(client.appAuth$, 1_000)
      const asked = [1, 2].map(() =>
        watch(client.request(PROTO_OA_TRADER_REQ, { ctidTraderAccountId: 11 }), 500),
      )
      at(100, () => {
        error = asked[1]?.error
      })
    })
    return error
  }
  let count = 0

  it.each<[string, () => string, string]>([
    ['repeats one that is in use', () => 'same', 'nextId has returned an id that is in use'],
    [
      'throws',
      () => {
        if ((count += 1) > 2) throw new Error('mine')
        return `id-${count}`
      },
      'nextId has thrown: mine',
    ],
  ])('that %s is the error of that request (G14)', (_, nextId, message) => {
    expect(withId(nextId)).toMatchObject({ reason: 'InvalidOption', option: 'nextId', message })
  })
})
