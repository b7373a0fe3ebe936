import { Subject } from 'rxjs'
import { PayloadType, createClient } from 'rx-ctrader'
import type { ClientOptions } from 'rx-ctrader'
import { obliging, scriptedServer } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_RECONCILE_RES,
  PROTO_OA_VERSION_REQ,
} = PayloadType

const HOUR = 3_600_000
const back = ['back', -HOUR] as const
const forward = ['forward', HOUR] as const

const answering: Reply = (frame, line) => {
  const { clientMsgId, payloadType } = frame
  if (payloadType === PROTO_OA_VERSION_REQ)
    line.say({ payloadType: payloadType + 1, clientMsgId, payload: { version: '1' } })
  else obliging(frame, line)
}

const clientAt = (reply: Reply, options: Partial<ClientOptions> = {}) => {
  const server = scriptedServer(reply)
  const client = createClient({
    connect: server.connect,
    clientId: 'demo',
    clientSecret: 'demo-secret',
    linger: 0,
    random: () => 0.9,
    ...options,
  })
  return { server, account: client.account({ accountId: 11, accessToken: 'token-of-11' }) }
}

describe('a wall clock that is set', () => {
  it.each([back, forward])('%s does not end a line that is healthy and quiet (B7)', (_, by) => {
    inVirtualTime(({ at, setWallClock, watch }) => {
      const { account, server } = clientAt(answering)
      const seen = watch(account.authenticated$, 200_000)
      for (let ms = 30_000; ms < 200_000; ms += 30_000)
        at(ms, () => server.lines[0]?.say({ payloadType: HEARTBEAT_EVENT }))
      at(50_000, () => {
        setWallClock(by)
      })
      at(199_000, () => {
        expect(server.lines).toHaveLength(1)
        expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it.each([back, forward])('%s does not hide a dead line (B7)', (_, by) => {
    inVirtualTime(({ at, setWallClock, watch }) => {
      const { account } = clientAt(obliging)
      const seen = watch(account.authenticated$, 60_000)
      at(10_000, () => {
        setWallClock(by)
      })
      at(47_000, () => {
        expect(seen.values.map(({ status }) => status)).toContain('reconnecting')
      })
    })
  })

  it.each([back, forward])(
    '%s neither hastens nor stops a query that the server wants later (B7)',
    (_, by) => {
      inVirtualTime(({ at, setWallClock, watch }) => {
        let asked = 0
        const { account } = clientAt((frame, line) => {
          const { clientMsgId, payloadType } = frame
          if (payloadType !== PROTO_OA_RECONCILE_REQ) {
            obliging(frame, line)
            return
          }
          asked += 1
          line.say(
            asked === 1
              ? {
                  payloadType: PROTO_OA_ERROR_RES,
                  clientMsgId,
                  payload: { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 2 },
                }
              : { payloadType: PROTO_OA_RECONCILE_RES, clientMsgId, payload: { ctidTraderAccountId: 11 } },
          )
        })
        const seen = watch(account.request(PROTO_OA_RECONCILE_REQ, {}), 30_000)
        at(500, () => {
          setWallClock(by)
        })
        at(1_900, () => {
          expect(asked).toBe(1)
        })
        at(2_100, () => {
          expect(seen.completed).toBe(true)
        })
      })
    },
  )

  it('right again does not have to wait for what it said before: a maintenance that is over is found so (B7)', () => {
    inVirtualTime(({ at, setWallClock, watch }) => {
      const maintenanceEndTimestamp = (3 * HOUR + 5_000) / 1_000
      let refusals = 0
      const { account } = clientAt((frame, line) => {
        const { clientMsgId, payloadType } = frame
        if (payloadType === PROTO_OA_APPLICATION_AUTH_REQ && (refusals += 1) === 1)
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId,
            payload: { errorCode: 'SERVER_IS_UNDER_MAINTENANCE', maintenanceEndTimestamp },
          })
        else obliging(frame, line)
      })
      const seen = watch(account.authenticated$, 100_000)
      at(10_000, () => {
        setWallClock(3 * HOUR)
      })
      at(90_000, () => {
        expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('forward after the machine may have slept has an open line probed (B7)', () => {
    inVirtualTime(({ at, setWallClock, watch }) => {
      const { account, server } = clientAt(answering, {
        platform: { wake$: new Subject(), isOffline: () => false, isHidden: () => false },
      })
      watch(account.authenticated$, 30_000)
      const probes = (): number =>
        server.lines[0]?.heard.filter(({ payloadType }) => payloadType === PROTO_OA_VERSION_REQ).length ?? 0
      at(9_000, () => {
        expect(probes()).toBe(0)
        setWallClock(60_000)
      })
      at(20_000, () => {
        expect(probes()).toBe(1)
      })
    })
  })
})
