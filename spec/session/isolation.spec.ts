import { NEVER, Subject } from 'rxjs'
import { PayloadType, createClient } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
  PROTO_OA_NEW_ORDER_REQ,
} = PayloadType

const ORDER = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 } as const
const CREDENTIALS = { clientId: 'demo', clientSecret: 'demo' }
const OWNER = { accountId: 12345678, accessToken: 'demo' }

/** A careless gateway: it serves accounts of both environments, and says which is which. */
const gateway =
  (isLive: boolean): Reply =>
  (frame, line) => {
    obliging(frame, line)
    const { payloadType, clientMsgId } = frame
    if (payloadType === PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ)
      line.say({
        payloadType: PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_RES,
        clientMsgId,
        payload: { accessToken: 'demo', ctidTraderAccount: [{ ctidTraderAccountId: 12345678, isLive }] },
      })
  }

describe('a client that says its environment', () => {
  it('sends no order of an account of the other', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(gateway(true))
      const client = createClient({ ...CREDENTIALS, connect: server.connect, environment: 'demo' })
      const account = client.account(OWNER)
      const seen = watch(account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, ORDER))
      const asked = watch(account.request(PayloadType.PROTO_OA_TRADER_REQ, {}), 100)
      at(50, () => {
        expect(seen.error).toMatchObject({
          reason: 'WrongEnvironment',
          accountId: 12345678,
          environment: 'demo',
        })
        expect(asked.error).toBeUndefined()
        const types = server.lines[0]?.heard.map(({ payloadType }) => payloadType)
        expect(types).not.toContain(PayloadType.PROTO_OA_NEW_ORDER_REQ)
        expect(types).toContain(PayloadType.PROTO_OA_TRADER_REQ)
      })
    })
  })

  it('asks once, and then sends at once', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const client = createClient({ ...CREDENTIALS, connect: wire.connect, environment: 'demo' })
      const account = client.account(OWNER)
      watch(account.accountAuth$, 5_000)
      const order$ = account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, ORDER)
      const first = watch(order$)
      at(1_000, () => {
        const second = watch(order$)
        at(1_000, () => {
          expect([first.values.length, second.values.length]).toEqual([1, 1])
          expect(wire.sentTypes()).toEqual([
            PROTO_OA_APPLICATION_AUTH_REQ,
            PROTO_OA_ACCOUNT_AUTH_REQ,
            PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
            PROTO_OA_NEW_ORDER_REQ,
            PROTO_OA_NEW_ORDER_REQ,
          ])
        })
      })
    })
  })
})

describe('a line after the platform woke', () => {
  it.each([
    ['is given up when nothing answers', true, 2],
    ['stays when the server answers', false, 1],
  ])('%s', (_, isDead, lines) => {
    inVirtualTime(({ watch, at }) => {
      const wake$ = new Subject<void>()
      const broker = createSimulator()
      const wire = wiretap(broker.connect)
      const platform = { wake$, isOffline: () => false, isHidden: () => false }
      const client = createClient({ ...CREDENTIALS, connect: wire.connect, platform })
      watch(client.appAuth$, 20_000)
      at(1_000, () => {
        if (isDead) broker.silence()
        wake$.next()
      })
      at(10_000, () => {
        expect(wire.lines.opened).toBe(lines)
      })
    })
  })

  it('is asked nothing without a subscriber to wake$', () => {
    inVirtualTime(({ watch, at }) => {
      const wire = wiretap(createSimulator().connect)
      const platform = { wake$: NEVER, isOffline: () => false, isHidden: () => false }
      watch(createClient({ ...CREDENTIALS, connect: wire.connect, platform }).appAuth$, 20_000)
      at(10_000, () => {
        expect(wire.sentTypes()).toEqual([PROTO_OA_APPLICATION_AUTH_REQ])
      })
    })
  })
})
