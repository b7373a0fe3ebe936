/* eslint-disable @typescript-eslint/no-deprecated -- They are to work as long as they are there. */
import { NEVER } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  cashFlow,
  cashFlowBetween,
  conversionRate,
  createClient,
  environmentOf,
  findEnvironment,
  liveTrendbars,
  memoryJournal,
  placeOrder,
  rateOf,
  lots,
  recoverOrders,
  trendbarEvents,
  trendbars,
  trendbarsBetween,
} from 'rx-ctrader'
import { scene } from './support/accountScene'

describe('the former names', () => {
  it('are the new ones', () => {
    expect([trendbars, cashFlow, liveTrendbars, environmentOf, rateOf]).toEqual([
      trendbarsBetween,
      cashFlowBetween,
      trendbarEvents,
      findEnvironment,
      conversionRate,
    ])
  })

  it('have the client know the platform', () => {
    const isOffline = 'no function' as unknown as () => boolean
    const presence = { wake$: NEVER, isHidden: () => false, isOffline }

    expect(() => createClient({ connect: () => NEVER, clientId: 'a', clientSecret: 'b', presence })).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option: 'platform.isOffline' }) as Error,
    )
  })

  it('have an order wait for a line', () => {
    scene(({ account, at, broker, wire, watch }) => {
      at(1_000, () => {
        broker.drop()
        const buy = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.01) } as const
        const seen = watch(placeOrder(account, buy, { whenReconnected: 'send' }))
        at(20_000, () => {
          expect(seen.values.at(-1)).toMatchObject({ status: 'filled' })
          expect(wire.sentTypes()).toContain(PayloadType.PROTO_OA_NEW_ORDER_REQ)
        })
      })
    })
  })

  it('take a journal as the second argument, and no journal as that of the process', () => {
    scene(({ account, at, watch }) => {
      const journal = memoryJournal()
      const intended = {
        state: 'intended',
        id: 'a-1',
        accountId: account.accountId,
        at: 0,
        payloadType: PayloadType.PROTO_OA_CANCEL_ORDER_REQ,
        payload: { ctidTraderAccountId: account.accountId, orderId: 4711 },
      } as const
      void journal.append(intended)
      const former = watch(recoverOrders(account, journal, { horizon: 1_000 }))
      const now = watch(recoverOrders(account, { journal, horizon: 1_000 }))
      const none = watch(recoverOrders(account, undefined))
      at(120_000, () => {
        expect(former.values).toMatchObject([{ intended: { id: 'a-1' }, update: { status: 'notFound' } }])
        expect(now.values).toEqual(former.values)
        expect(now.values).toMatchObject([{ intent: { id: 'a-1' } }])
        expect(none).toMatchObject({ values: [], completed: true })
      })
    })
  })

  it('tell by completing, or by an error, whether an account may trade', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(account.mayTrade$)
      at(5_000, () => {
        expect(seen).toMatchObject({ values: [], completed: true })
      })
    })
  })

  it('have the number of a period, where its name does as well', () => {
    scene(({ account, at, watch }) => {
      const byNumber = watch(trendbarEvents(account, 1, ProtoOATrendbarPeriod.M1), 9_000)
      const byName = watch(trendbarEvents(account, 'EURUSD', 'M1'), 9_000)
      at(9_000, () => {
        expect(byNumber.values.length).toBeGreaterThan(0)
        expect(byName.values.at(-1)).toEqual(byNumber.values.at(-1))
      })
    })
  })
})
