import type { Observable } from 'rxjs'
import { PayloadType, assetClasses, assets, createClient, symbolCategories } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { scene } from '../../support/accountScene'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_ASSET_LIST_REQ, PROTO_OA_ASSET_LIST_RES } = PayloadType

type List = 'assets' | 'assetClasses' | 'categories'
type Stream = (account: Account) => Observable<readonly object[]>

describe.each<[name: string, stream: Stream, asks: number, listed: List]>([
  ['assets', assets, PayloadType.PROTO_OA_ASSET_LIST_REQ, 'assets'],
  ['assetClasses', assetClasses, PayloadType.PROTO_OA_ASSET_CLASS_LIST_REQ, 'assetClasses'],
  ['symbolCategories', symbolCategories, PayloadType.PROTO_OA_SYMBOL_CATEGORY_REQ, 'categories'],
])('%s', (_, stream, asks, listed) => {
  it('has what the server lists, asked once for all who want it, also for those after the last', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = [5_000, 10_000].map(until => watch(stream(account), until))
      at(4_000, () => {
        for (const { values, completed } of seen) {
          expect(values).toEqual([broker.market.catalogue[listed]])
          expect(completed).toBe(false)
        }
        expect(watch(stream(account), 1_000).values).toEqual(seen[0]?.values)
        expect(asked()).toEqual([asks])
      })
      at(20_000, () => {
        expect(watch(stream(account), 1_000).values).toEqual(seen[0]?.values)
        expect(asked()).toEqual([])
      })
    })
  })

  it('asks again after a lost line, is silent where nothing has changed, and gives late ones what was known', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const seen = watch(stream(account), 60_000)
      at(5_000, () => {
        asked()
        broker.drop()
      })
      at(5_100, () => {
        expect(watch(stream(account), 100).values).toEqual(seen.values)
      })
      at(30_000, () => {
        expect(asked()).toEqual([asks])
        expect(seen.values).toHaveLength(1)
        expect(seen.error).toBeUndefined()
      })
    })
  })

  it('is asked again where the line is lost before the answer, or the server cannot now', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'swallow', payloadType: asks, takesEffect: false })
      const seen = watch(stream(account), 60_000)
      at(1_000, () => {
        broker.drop()
        broker.fault({ kind: 'refuse', payloadType: asks, errorCode: 'UNKNOWN_ERROR' })
      })
      at(30_000, () => {
        expect(asked()).toEqual([asks, asks, asks])
        expect(seen.values).toHaveLength(1)
      })
    })
  })

  it('errors where the server never will', () => {
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: asks, errorCode: 'UNSUPPORTED_MESSAGE' })
      const seen = watch(stream(account), 5_000)
      at(4_000, () => {
        expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'UNSUPPORTED_MESSAGE' })
      })
    })
  })

  it('is empty where the list is left out', () => {
    inVirtualTime(({ at, watch }) => {
      const { connect } = scriptedServer((frame, line) => {
        obliging(frame, line)
        const { payloadType, clientMsgId } = frame
        if (payloadType === asks)
          line.say({ payloadType: asks + 1, clientMsgId, payload: { ctidTraderAccountId: 1 } })
      })
      const client = createClient({ connect, clientId: 'demo', clientSecret: 'demo' })
      const seen = watch(stream(client.account({ accountId: 1, accessToken: 't' })), 1_000)
      at(500, () => {
        expect(seen.values).toEqual([[]])
      })
    })
  })
})

describe('assets', () => {
  it('emits again after a lost line where something has changed', () => {
    inVirtualTime(({ at, watch }) => {
      const names = ['EUR']
      const { connect, lines } = scriptedServer((frame, line) => {
        obliging(frame, line)
        const { payloadType, clientMsgId } = frame
        const asset = names.map((name, i) => ({ assetId: i + 1, name }))
        if (payloadType === PROTO_OA_ASSET_LIST_REQ)
          line.say({
            payloadType: PROTO_OA_ASSET_LIST_RES,
            clientMsgId,
            payload: { ctidTraderAccountId: 1, asset },
          })
      })
      const client = createClient({ connect, clientId: 'demo', clientSecret: 'demo' })
      const seen = watch(assets(client.account({ accountId: 1, accessToken: 't' })), 20_000)
      at(1_000, () => {
        names.push('USD')
        lines[0]?.end()
      })
      at(19_000, () => {
        expect(seen.values.map(list => list.map(({ name }) => name))).toEqual([['EUR'], ['EUR', 'USD']])
      })
    })
  })
})
