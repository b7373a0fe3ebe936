import { PayloadType, createClient, serverTime } from 'rx-ctrader'
import { asyncScheduler } from 'rxjs'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'
import type { VirtualTime } from '../../support/virtualTime'

/** How far the server's clock is ahead of ours, in ms. */
const AHEAD = 5_000

interface Script extends VirtualTime {
  readonly seen: { readonly values: readonly number[] }
  /** Sends a quote of a symbol, with the time of the server or another one. */
  readonly quote: (symbolId: number, timestamp?: number) => void
  readonly fill: (executionTimestamp: number) => void
  readonly endLine: () => void
  readonly now: () => number
}

const script = (play: (script: Script) => void): void => {
  inVirtualTime(time => {
    const server = scriptedServer(obliging)
    const { connect } = server
    const client = createClient({ connect, clientId: 'demo', clientSecret: 'demo', random: () => 0.5 })
    const account = client.account({ accountId: 1, accessToken: 't' })
    const now = (): number => asyncScheduler.now() + AHEAD
    const push = (payloadType: number, payload: object): void =>
      server.lines.at(-1)?.say({ payloadType, payload: { ctidTraderAccountId: 1, ...payload } })
    play({
      ...time,
      now,
      seen: time.watch(serverTime(account), 100_000),
      quote: (symbolId, timestamp = now()) => {
        push(PayloadType.PROTO_OA_SPOT_EVENT, { symbolId, bid: 1, timestamp })
      },
      fill: executionTimestamp => {
        const tradeData = { symbolId: 1, volume: 1, tradeSide: 1 }
        push(PayloadType.PROTO_OA_EXECUTION_EVENT, {
          executionType: 3,
          order: {
            orderId: 1,
            tradeData,
            orderType: 1,
            orderStatus: 2,
            utcLastUpdateTimestamp: executionTimestamp,
          },
        })
      },
      endLine: () => server.lines.at(-1)?.end(),
    })
  })
}

describe('serverTime', () => {
  it('is our time at once, and that of the server once it has sent one', () => {
    script(({ at, fill, now, seen }) => {
      expect(seen.values).toEqual([now() - AHEAD])
      at(1_000, () => {
        fill(now())
        expect(seen.values.at(-1)).toBe(now())
      })
    })
  })

  it('does not take the first quote of a symbol for a new one', () => {
    script(({ at, now, quote, seen }) => {
      at(1_000, () => {
        quote(1, now() - 48 * 3_600_000)
        quote(2, now() - 48 * 3_600_000)
        expect(seen.values).toHaveLength(1)
        quote(1)
        expect(seen.values.at(-1)).toBe(now())
      })
    })
  })

  it('does so on each line', () => {
    script(({ at, endLine, now, quote, seen }) => {
      at(1_000, () => {
        quote(1)
        quote(1)
        expect(seen.values).toHaveLength(2)
        endLine()
      })
      at(20_000, () => {
        quote(1, 0)
        expect(seen.values).toHaveLength(2)
        quote(1)
        expect(seen.values.at(-1)).toBe(now())
      })
    })
  })

  it.each([0, 9_999_999_999_999])('does not follow a message with a wrong time: %d', wrong => {
    script(({ at, now, quote, seen }) => {
      at(1_000, () => {
        quote(1)
        quote(1)
      })
      for (let second = 2; second <= 40; second += 1)
        at(1_000 * second, () => {
          quote(1)
          if (second % 3 === 0) quote(1, wrong)
          expect(seen.values.at(-1)).toBe(now())
        })
    })
  })
})
