import { asyncScheduler, map, switchMap, take } from 'rxjs'
import { CTraderError, PayloadType, createClient } from 'rx-ctrader'
import type { Account, Link } from 'rx-ctrader'
import { asOpenLink } from '../../src/connection/link'
import type { Command, Commanded } from '../../src/connection/requests/request'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply, ScriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
} = PayloadType

const accountId = 12345678
const accepted = { ctidTraderAccountId: accountId, executionType: 2 }

interface Scene extends VirtualTime {
  readonly server: ScriptedServer
  readonly account: Account
  readonly heardOrders: () => number
}

const commanding = (reply: Reply, play: (scene: Scene) => void, rateLimit = 50): void => {
  inVirtualTime(time => {
    const server = scriptedServer((frame, line) => {
      obliging(frame, line)
      if (frame.payloadType === PROTO_OA_NEW_ORDER_REQ) reply(frame, line)
    })
    const client = createClient({
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      connect: server.connect,
      rateLimits: { live: rateLimit, historical: 5 },
    })
    const account = client.account({ accountId, accessToken: 'demo' })
    time.watch(account.accountAuth$, 30_000)
    play({
      ...time,
      server,
      account,
      heardOrders: () =>
        server.lines
          .flatMap(({ heard }) => heard)
          .filter(({ payloadType }) => payloadType === PROTO_OA_NEW_ORDER_REQ).length,
    })
  })
}

const buy = (link: Link): ReturnType<Command> =>
  asOpenLink(link).command(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
    ctidTraderAccountId: accountId,
    symbolId: 1,
    orderType: 1,
    tradeSide: 1,
    volume: 100_000,
  })

const onLink = (account: Account) => account.accountAuth$.pipe(take(1), switchMap(buy))

const sent: Commanded = { status: 'sent', clientMsgId: expect.any(String) as string }

describe('a command', () => {
  it('tells that it leaves, and completes when the server has answered', () => {
    commanding(
      ({ clientMsgId }, { say }) => {
        say({ payloadType: PROTO_OA_EXECUTION_EVENT, clientMsgId, payload: accepted })
      },
      ({ account, server, watch, at }) => {
        const seen = watch(onLink(account))
        at(1_000, () => {
          expect(seen.values).toEqual([sent])
          expect(seen.values[0]).toMatchObject({ clientMsgId: server.lines[0]?.heard.at(-1)?.clientMsgId })
          expect(seen.completed).toBe(true)
        })
      },
    )
  })

  it('is asked whether it may leave in the moment in which it has its turn, and then leaves or does not (G5)', () => {
    commanding(
      () => undefined,
      ({ account, heardOrders, watch, at }) => {
        const asked: number[] = []
        const obstacle = new CTraderError({ reason: 'NotSent', detail: 'too late' })
        const order = {
          ctidTraderAccountId: accountId,
          symbolId: 1,
          orderType: 1,
          tradeSide: 1,
          volume: 1,
        } as const
        const seen = watch(
          account.accountAuth$.pipe(
            take(1),
            map(asOpenLink),
            switchMap(({ command }) =>
              command(PayloadType.PROTO_OA_NEW_ORDER_REQ, order, undefined, () => {
                asked.push(asyncScheduler.now())
                return obstacle
              }),
            ),
          ),
        )
        at(5_000, () => {
          // The lane has no room for it but after a second.
          expect(asked).toEqual([1_050])
          expect([seen.values, seen.error, heardOrders()]).toEqual([[], obstacle, 0])
        })
      },
      2,
    )
  })

  it('has the id it is given', () => {
    commanding(
      () => undefined,
      ({ account, server, watch, at }) => {
        const order = {
          ctidTraderAccountId: accountId,
          symbolId: 1,
          orderType: 1,
          tradeSide: 1,
          volume: 1,
        } as const
        let id = ''
        const seen = watch(
          account.accountAuth$.pipe(
            take(1),
            map(asOpenLink),
            switchMap(({ command, nextId }) =>
              command(PayloadType.PROTO_OA_NEW_ORDER_REQ, order, (id = nextId())),
            ),
          ),
        )
        at(1_000, () => {
          expect(seen.values).toEqual([{ status: 'sent', clientMsgId: id }])
          expect(server.lines[0]?.heard.at(-1)).toMatchObject({
            payloadType: PROTO_OA_NEW_ORDER_REQ,
            clientMsgId: id,
          })
        })
      },
    )
  })

  it('tells nothing before it is its turn, and is withdrawn by who leaves before', () => {
    commanding(
      () => undefined,
      ({ account, watch, at, heardOrders }) => {
        // Both authentications have used up the second.
        const staying = watch(onLink(account))
        const leaving = watch(onLink(account), 500)
        at(600, () => {
          expect([staying.values, leaving.values]).toEqual([[], []])
        })
        at(3_000, () => {
          expect(staying.values).toEqual([sent])
          expect(leaving.values).toEqual([])
          expect(heardOrders()).toBe(1)
        })
      },
      2,
    )
  })

  it('errors with what the server refuses it for, after it was sent', () => {
    commanding(
      ({ clientMsgId }, { say }) => {
        const payload = { errorCode: 'MARKET_CLOSED', ctidTraderAccountId: accountId }
        say({ payloadType: PROTO_OA_ORDER_ERROR_EVENT, clientMsgId, payload })
      },
      ({ account, watch, at }) => {
        const seen = watch(onLink(account))
        at(1_000, () => {
          expect(seen.values).toEqual([sent])
          expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'MARKET_CLOSED' })
        })
      },
    )
  })

  it('that was refused because the account is forgotten makes it authenticate again', () => {
    let forgets = true
    commanding(
      ({ clientMsgId }, { say }) => {
        if (!forgets) return
        forgets = false
        const payload = { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' }
        say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId, payload })
      },
      ({ account, server, watch, at, heardOrders }) => {
        const seen = watch(onLink(account))
        at(10_000, () => {
          expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'INVALID_REQUEST' })
          const authentications = server.lines[0]?.heard.filter(
            ({ payloadType }) => payloadType === PROTO_OA_ACCOUNT_AUTH_REQ,
          )
          expect(authentications).toHaveLength(2)
          expect(heardOrders()).toBe(1)
        })
      },
    )
  })

  it('errors with a lost line, and says whether it had left', () => {
    commanding(
      () => undefined,
      ({ account, server, watch, at }) => {
        const left = watch(onLink(account))
        at(900, () => {
          const waiting = watch(onLink(account))
          server.lines[0]?.lose(new Error('cable'))
          expect(left.error).toMatchObject({ reason: 'ConnectionLost', sent: true })
          expect(waiting.error).toMatchObject({ reason: 'ConnectionLost', sent: false })
          expect(waiting.values).toEqual([])
        })
      },
      3,
    )
  })

  it('with a field of the wrong type tells the field and sends nothing', () => {
    commanding(
      () => undefined,
      ({ account, watch, at, heardOrders }) => {
        const wrong = {
          ctidTraderAccountId: accountId,
          symbolId: 'EURUSD',
          orderType: 1,
          tradeSide: 1,
          volume: 1,
        }
        const seen = watch(
          account.accountAuth$.pipe(
            take(1),
            map(asOpenLink),
            switchMap(({ command }) => command(PayloadType.PROTO_OA_NEW_ORDER_REQ, wrong as never)),
          ),
        )
        at(1_000, () => {
          expect(seen.error).toMatchObject({
            reason: 'InvalidRequest',
            faults: [{ path: 'payload.symbolId' }],
          })
          expect([seen.values, heardOrders()]).toEqual([[], 0])
        })
      },
    )
  })
})
