import { PayloadType, createClient } from 'rx-ctrader'
import type { Account, Answer, Client } from 'rx-ctrader'
import type { Observable } from 'rxjs'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import type { ScriptedServer } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'
import type { Seen } from '../../support/virtualTime'

const {
  PROTO_OA_AMEND_ORDER_REQ,
  PROTO_OA_AMEND_POSITION_SLTP_REQ,
  PROTO_OA_CANCEL_ORDER_REQ,
  PROTO_OA_CLOSE_POSITION_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_TRADER_RES,
} = PayloadType

const accountId = 12345678

type Executed = Answer<typeof PayloadType.PROTO_OA_NEW_ORDER_REQ>
type Command = readonly [
  name: string,
  payloadType: number,
  execute: (account: Account) => Observable<Executed>,
]

const commands: readonly Command[] = [
  [
    'a new order',
    PROTO_OA_NEW_ORDER_REQ,
    account =>
      account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
        symbolId: 1,
        orderType: 1,
        tradeSide: 1,
        volume: 100_000,
      }),
  ],
  [
    'the cancelling of an order',
    PROTO_OA_CANCEL_ORDER_REQ,
    account => account.request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId: 7 }),
  ],
  [
    'the change of an order',
    PROTO_OA_AMEND_ORDER_REQ,
    account => account.request(PayloadType.PROTO_OA_AMEND_ORDER_REQ, { orderId: 7, limitPrice: 1.1 }),
  ],
  [
    'the protection of a position',
    PROTO_OA_AMEND_POSITION_SLTP_REQ,
    account =>
      account.request(PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ, { positionId: 9, stopLoss: 1.05 }),
  ],
  [
    'the closing of a position',
    PROTO_OA_CLOSE_POSITION_REQ,
    account => account.request(PayloadType.PROTO_OA_CLOSE_POSITION_REQ, { positionId: 9, volume: 100_000 }),
  ],
]

interface Scene {
  readonly server: ScriptedServer
  readonly client: Client
  readonly seen: Seen<Executed>
  /** Says something to the command that was sent. */
  readonly reply: (payloadType: number, payload: object) => void
}

/** Lets an account send a command, which the server takes and leaves to the scene; after a second it goes on. */
const commanding = ([, , execute]: Command, act: (scene: Scene) => void): void => {
  inVirtualTime(({ watch, at }) => {
    const server = scriptedServer(obliging)
    const client = createClient({
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      connect: server.connect,
    })
    const seen = watch(execute(client.account({ accountId, accessToken: 'demo' })), 5_000)
    at(1_000, () => {
      const [line] = server.lines
      act({
        server,
        client,
        seen,
        reply: (payloadType, payload) =>
          line?.say({ payloadType, clientMsgId: line.heard.at(-1)?.clientMsgId, payload }),
      })
    })
  })
}

const pending = { values: [], error: undefined, completed: false }

describe.each(commands)('%s (%i)', (...command) => {
  const [, payloadType] = command

  it('is sent with the account filled in', () => {
    commanding(command, ({ server, seen }) => {
      const sent = server.lines[0]?.heard.at(-1)
      expect(sent).toMatchObject({ payloadType, payload: { ctidTraderAccountId: accountId } })
      expect(seen).toMatchObject(pending)
    })
  })

  it.each<[refusal: string, by: number, said: object, failure: object]>([
    [
      'an order error event',
      PROTO_OA_ORDER_ERROR_EVENT,
      { errorCode: 'TRADING_BAD_VOLUME', ctidTraderAccountId: accountId, description: 'too small' },
      { errorCode: 'TRADING_BAD_VOLUME', description: 'too small' },
    ],
    [
      'an error of the Open API',
      PROTO_OA_ERROR_RES,
      { ctidTraderAccountId: accountId, errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 3 },
      { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 3 },
    ],
    [
      'an error of the common protocol',
      50,
      { errorCode: 'SERVER_IS_UNDER_MAINTENANCE', maintenanceEndTimestamp: 1_789_757_224_051 },
      { errorCode: 'SERVER_IS_UNDER_MAINTENANCE', maintenanceEndTimestamp: 1_789_757_224_051 },
    ],
    [
      'an execution event that rejects',
      PROTO_OA_EXECUTION_EVENT,
      { ctidTraderAccountId: accountId, executionType: 7, errorCode: 'NOT_ENOUGH_MONEY' },
      { errorCode: 'NOT_ENOUGH_MONEY' },
    ],
    [
      'an execution event that rejects and does not say why',
      PROTO_OA_EXECUTION_EVENT,
      { ctidTraderAccountId: accountId, executionType: 7 },
      { errorCode: 'ORDER_REJECTED' },
    ],
    [
      'an execution event that rejects the cancelling',
      PROTO_OA_EXECUTION_EVENT,
      { ctidTraderAccountId: accountId, executionType: 8, errorCode: 'ORDER_NOT_FOUND' },
      { errorCode: 'ORDER_NOT_FOUND' },
    ],
    [
      'an execution event that rejects the cancelling and does not say why',
      PROTO_OA_EXECUTION_EVENT,
      { ctidTraderAccountId: accountId, executionType: 8 },
      { errorCode: 'ORDER_CANCEL_REJECTED' },
    ],
  ])('is refused by %s (%i)', (_, by, said, failure) => {
    commanding(command, ({ seen, reply }) => {
      reply(by, said)
      expect(seen).toMatchObject({
        values: [],
        error: { name: 'CTraderError', reason: 'Refused', payloadType, ...failure },
      })
    })
  })

  it.each([2, 3])('is answered by an execution event of type %i', executionType => {
    commanding(command, ({ seen, reply }) => {
      const payload = { ctidTraderAccountId: accountId, executionType, isServerEvent: false }
      reply(PROTO_OA_EXECUTION_EVENT, payload)
      expect(seen).toMatchObject({ values: [payload], error: undefined, completed: true })
    })
  })

  it('leaves an order error and an execution event of another session to those who listen', () => {
    commanding(command, ({ server, client, seen, reply }) => {
      const events: unknown[] = []
      const listening = client.message$.subscribe(({ payloadType, clientMsgId }) => {
        events.push([payloadType, clientMsgId])
      })
      const refusal = { errorCode: 'TRADING_BAD_VOLUME', ctidTraderAccountId: accountId }
      const rejection = { ctidTraderAccountId: accountId, executionType: 7 }
      const [line] = server.lines
      line?.say({
        payloadType: PROTO_OA_ORDER_ERROR_EVENT,
        clientMsgId: 'of-another-session',
        payload: refusal,
      })
      line?.say({ payloadType: PROTO_OA_ORDER_ERROR_EVENT, payload: refusal })
      line?.say({
        payloadType: PROTO_OA_EXECUTION_EVENT,
        clientMsgId: 'of-another-session',
        payload: rejection,
      })
      listening.unsubscribe()
      expect(events).toEqual([
        [PROTO_OA_ORDER_ERROR_EVENT, 'of-another-session'],
        [PROTO_OA_ORDER_ERROR_EVENT, undefined],
        [PROTO_OA_EXECUTION_EVENT, 'of-another-session'],
      ])
      expect(seen).toMatchObject(pending)

      reply(PROTO_OA_EXECUTION_EVENT, { ctidTraderAccountId: accountId, executionType: 2 })
      expect(seen.completed).toBe(true)
    })
  })
})

describe('a request that is no order command', () => {
  it('is not settled by an order error or an execution event with any id', () => {
    const traderRequest: Command = [
      'the trader',
      PROTO_OA_TRADER_REQ,
      account => account.request(PayloadType.PROTO_OA_TRADER_REQ, {}) as Observable<unknown> as never,
    ]
    commanding(traderRequest, ({ seen, reply }) => {
      reply(PROTO_OA_ORDER_ERROR_EVENT, { errorCode: 'TRADING_BAD_VOLUME', ctidTraderAccountId: accountId })
      reply(PROTO_OA_EXECUTION_EVENT, { ctidTraderAccountId: accountId, executionType: 7 })
      reply(PROTO_OA_EXECUTION_EVENT, { ctidTraderAccountId: accountId, executionType: 2 })
      expect(seen).toMatchObject(pending)
      reply(PROTO_OA_TRADER_RES, {
        ctidTraderAccountId: accountId,
        trader: { ctidTraderAccountId: accountId, balance: 1, depositAssetId: 1 },
      })
      expect(seen.completed).toBe(true)
    })
  })
})
