import { Subject } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { obliging } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { scriptedClient } from '../support/scriptedClient'
import { inVirtualTime } from '../support/virtualTime'

const { HEARTBEAT_EVENT, PROTO_OA_ERROR_RES, PROTO_OA_TRADER_REQ, PROTO_OA_VERSION_REQ } = PayloadType

/** What may have changed, when it is said so. */
const waking = () => {
  const wake$ = new Subject<void>()
  return { wake$, platform: { wake$, isOffline: () => false, isHidden: () => false } }
}

const trader = { ctidTraderAccountId: 11, trader: { ctidTraderAccountId: 11, balance: 1, depositAssetId: 1 } }

/** Answers the version and the trader, and both authentications. */
const answering: Reply = (frame, line) => {
  const { clientMsgId, payloadType } = frame
  if (payloadType === PROTO_OA_VERSION_REQ)
    line.say({ payloadType: payloadType + 1, clientMsgId, payload: { version: '1' } })
  else if (payloadType === PROTO_OA_TRADER_REQ)
    line.say({ payloadType: payloadType + 1, clientMsgId, payload: trader })
  else obliging(frame, line)
}

const silentTo =
  (type: number): Reply =>
  (frame, line) => {
    if (frame.payloadType !== type) answering(frame, line)
  }

describe('a probe of the line', () => {
  it('passes queries that wait for their turn, and its deadline counts from sending (B8)', () => {
    inVirtualTime(({ at, watch }) => {
      const { platform, wake$ } = waking()
      const { account, client, server } = scriptedClient(answering, {
        platform,
        rateLimits: { live: 5, historical: 5 },
      })
      const seen = watch(client.connection$, 90_000)
      watch(account.accountAuth$, 90_000)
      at(10_000, () => {
        for (let n = 0; n < 300; n += 1) watch(account.request(PROTO_OA_TRADER_REQ, {}), 70_000)
        wake$.next()
      })
      at(13_000, () => {
        const types = server.lines[0]?.heard.map(({ payloadType }) => payloadType) ?? []
        expect(types).toContain(PROTO_OA_VERSION_REQ)
      })
      at(89_000, () => {
        expect(seen.values.map(({ status }) => status)).not.toContain('reconnecting')
      })
    })
  })

  it('that is refused shows that there is a line (B8)', () => {
    inVirtualTime(({ at, watch }) => {
      const { platform, wake$ } = waking()
      const { client } = scriptedClient(
        (frame, line) => {
          const { clientMsgId, payloadType } = frame
          if (payloadType === PROTO_OA_VERSION_REQ)
            line.say({
              payloadType: PROTO_OA_ERROR_RES,
              clientMsgId,
              payload: { errorCode: 'BLOCKED_PAYLOAD_TYPE' },
            })
          else obliging(frame, line)
        },
        { platform },
      )
      const seen = watch(client.connection$, 20_000)
      watch(client.appAuth$, 20_000)
      at(1_000, () => {
        wake$.next()
      })
      at(19_000, () => {
        expect(seen.values.map(({ status }) => status)).not.toContain('reconnecting')
      })
    })
  })

  it('that nothing answers ends the line after 5 s', () => {
    inVirtualTime(({ at, watch }) => {
      const { platform, wake$ } = waking()
      const { client } = scriptedClient(obliging, { platform })
      const seen = watch(client.connection$, 20_000)
      watch(client.appAuth$, 20_000)
      at(1_000, () => {
        wake$.next()
      })
      at(19_000, () => {
        expect(seen.timed.find(([, { status }]) => status === 'reconnecting')?.[0]).toBe(6_000)
      })
    })
  })
})

describe('a server that beats', () => {
  const asking = (reply: Reply, then: (statuses: readonly string[]) => void): void => {
    inVirtualTime(({ at, watch }) => {
      const { account, client, server } = scriptedClient(reply)
      const seen = watch(client.connection$, 150_000)
      watch(account.accountAuth$, 150_000)
      for (let ms = 5_000; ms < 150_000; ms += 5_000)
        at(ms, () => {
          server.lines[0]?.say({ payloadType: HEARTBEAT_EVENT })
          watch(account.request(PROTO_OA_TRADER_REQ, {}), 20_000)
        })
      at(149_000, () => {
        then(seen.values.map(({ status }) => status))
      })
    })
  }

  it('and answers no request is as good as lost (B9)', () => {
    asking(obliging, statuses => {
      expect(statuses).toContain('reconnecting')
    })
  })

  it('and answers all but one type is not (B9)', () => {
    asking(silentTo(PROTO_OA_TRADER_REQ), statuses => {
      expect(statuses).not.toContain('reconnecting')
    })
  })
})
