import { PayloadType } from 'rx-ctrader'
import { copyToMany } from '../support/copyToMany'
import { inVirtualTime } from '../support/virtualTime'

describe('copying to fifty followers on one line', () => {
  it('is done within 1.1 s of the master’s fill, also if some refuse or are away', () => {
    inVirtualTime(({ at }) => {
      const { broker, followers, latencies, results, running, trade } = copyToMany(50, 1)
      const [first = NaN, second = NaN] = followers
      at(20_000, () => {
        trade('open')
      })
      at(25_000, () => {
        const took = latencies()
        expect(took).toHaveLength(50)
        expect(Math.max(...took)).toBeLessThanOrEqual(1_100)
        expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['filled']))
        broker.fault({
          kind: 'refuse',
          payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
          errorCode: 'TRADING_DISABLED',
          carrier: 2132,
          on: { accountId: first },
        })
        broker.fault({ kind: 'misroute', accountId: second })
        broker.fault({ kind: 'accountDisconnect', accountId: second })
      })
      at(26_000, () => {
        trade('close')
      })
      at(30_000, () => {
        const took = latencies()
        expect(took).toHaveLength(48)
        expect(Math.max(...took)).toBeLessThanOrEqual(1_100)
        expect(results.slice(50).filter(({ status }) => status !== 'filled')).toEqual([
          expect.objectContaining({ accountId: first, status: 'refused' }),
        ])
        broker.fault({ kind: 'recover' })
      })
      at(70_000, () => {
        // The one that was away closes when it is back.
        expect(results.at(-1)).toMatchObject({ accountId: second, status: 'filled' })
        running.unsubscribe()
      })
    })
  })
})
