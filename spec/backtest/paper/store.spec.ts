import { PayloadType, closeAll, orders, pips, placeOrder, positions, price, trader, units } from 'rx-ctrader'
import type { PaperState, PaperStore } from 'rx-ctrader/backtest'
import { of, tap, throwError, timer } from 'rxjs'
import { paper } from 'rx-ctrader/backtest'
import { ACCOUNT, paperScene } from './scene'
import type { PaperScene } from './scene'

const HOUR = 3_600_000
const USDJPY = 4

/** What a process leaves: plain JSON. */
const memory = (kept?: unknown) => {
  const saved: string[] = kept === undefined ? [] : [JSON.stringify(kept)]
  const store: PaperStore = {
    load: () => of(saved.length > 0 ? (JSON.parse(saved.at(-1) ?? '') as PaperState) : undefined),
    save: state => {
      saved.push(JSON.stringify(state))
    },
  }
  return { store, saved, last: () => JSON.parse(saved.at(-1) ?? '') as PaperState }
}

const order = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: units(1_000) } as const

/** The error with which a line to a paper account ends. */
const errorOf = ({ real, watch }: Pick<PaperScene, 'real' | 'watch'>, options: Parameters<typeof paper>[1]) =>
  watch(paper(real, options)(), 5_000)

describe('a paper account between two runs', () => {
  it('has its money, orders, positions and deals, and goes on with its ids', () => {
    paperScene(({ strategist, watch, at, broker }) => {
      const { store } = memory()
      const first = strategist({ store, balance: 1_000 }).account
      watch(placeOrder(first, { ...order, stopLoss: pips(50), takeProfit: pips(90) }), 20_000)
      watch(placeOrder(first, { ...order, type: 'limit', price: price(0.9) }), 20_000)
      const before = watch(positions(first), 20_000)
      const waiting = watch(orders(first), 20_000)
      at(30_000, () => {
        const second = strategist({ store, balance: 1_000 }).account
        const after = watch(positions(second), 60_000)
        const still = watch(orders(second), 60_000)
        const own = watch(trader(second), 60_000)
        const deals = watch(
          second.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, { fromTimestamp: 0, toTimestamp: broker.now() }),
        )
        const more = watch(placeOrder(second, order))
        at(20_000, () => {
          expect(before.values.at(-1)?.all).toHaveLength(1)
          const [kept, added] = after.values.at(-1)?.all ?? []
          expect(kept).toEqual(before.values.at(-1)?.all[0])
          expect(kept?.stopLoss).toBeDefined()
          expect(still.values.at(-1)?.all).toEqual(waiting.values.at(-1)?.all)
          expect(own.values.at(-1)?.balance).toBe(100_000)
          expect(deals.values[0]?.deal).toHaveLength(1)
          expect(more.values.at(-1)?.status).toBe('filled')
          expect(added?.positionId).toBeGreaterThan(kept?.positionId ?? Infinity)
        })
      })
    })
  })

  it('keeps the deals of symbols that the real account has lost', () => {
    paperScene(({ strategist, watch, at, broker }) => {
      const { store, last } = memory()
      const first = strategist({ store }).account
      watch(placeOrder(first, order), 5_000)
      at(10_000, () => {
        watch(closeAll(first), 5_000)
      })
      at(20_000, () => {
        const lost = JSON.parse(
          JSON.stringify(last()).replaceAll('"symbolId":1,', '"symbolId":9999,'),
        ) as unknown
        const { account } = strategist({ store: memory(lost).store })
        const deals = watch(
          account.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, {
            fromTimestamp: 0,
            toTimestamp: broker.now(),
          }),
        )
        const more = watch(placeOrder(account, order))
        at(10_000, () => {
          expect(deals.values[0]?.deal?.map(({ symbolId }) => symbolId)).toEqual([9_999, 9_999])
          expect(more.values.at(-1)?.status).toBe('filled')
        })
      })
    })
  })

  it('is charged the swaps of the nights between them', () => {
    paperScene(({ strategist, watch, at }) => {
      const { store } = memory()
      watch(placeOrder(strategist({ store }).account, order), 20_000)
      // From Wednesday noon UTC to Thursday, beyond 17:00 New York; the triple night.
      at(14 * HOUR, () => {
        const held = watch(positions(strategist({ store }).account), 20_000)
        at(10_000, () => {
          expect(held.values.at(-1)?.all[0]?.swap).toBeLessThan(0)
        })
      })
    })
  })

  it('is charged nothing before all of its symbols have a price', () => {
    paperScene(({ strategist, watch, at, broker }) => {
      const { store, saved } = memory()
      const { account } = strategist({ store })
      watch(placeOrder(account, order), 20_000)
      watch(placeOrder(account, { ...order, symbol: 'USDJPY' }), 20_000)
      at(14 * HOUR, () => {
        broker.fault({ kind: 'mute', symbolId: USDJPY, side: 'bid' })
        at(10_000, () => {
          broker.fault({ kind: 'recover' })
        })
        const before = saved.length
        const held = watch(positions(strategist({ store }).account), 30_000)
        at(5_000, () => {
          expect(saved).toHaveLength(before)
        })
        at(25_000, () => {
          const swaps = held.values.at(-1)?.all.map(({ swap }) => swap)
          expect(swaps).toHaveLength(2)
          expect(swaps).not.toContain(0)
        })
      })
    })
  })

  it('goes on from each of its states, also in the middle of an order', () => {
    const states: string[] = []
    paperScene(({ strategist, watch, at }) => {
      const { store, saved } = memory()
      watch(placeOrder(strategist({ store }).account, { ...order, stopLoss: pips(50) }), 5_000)
      at(6_000, () => {
        states.push(...saved)
      })
    })
    const withOrder = states.filter(text => text.includes('"orderType":1'))
    // It waits for its execution, and its position for its protection.
    expect(withOrder.filter(text => text.includes('"kind":"execute"'))).not.toEqual([])
    expect(withOrder.filter(text => text.includes('"kind":"protect"'))).not.toEqual([])
    for (const text of withOrder)
      paperScene(({ strategist, watch, at }) => {
        const { store } = memory(JSON.parse(text))
        const held = watch(positions(strategist({ store }).account), 20_000)
        at(10_000, () => {
          expect(held.values.at(-1)?.all).toHaveLength(1)
          expect(held.values.at(-1)?.all[0]?.stopLoss).toBeDefined()
        })
      })
  })

  it('fills an order that was passed meanwhile at the first price, and not before', () => {
    paperScene(({ strategist, watch, at, broker }) => {
      const { store } = memory()
      watch(placeOrder(strategist({ store }).account, { ...order, stopLoss: pips(20) }), 20_000)
      at(30_000, () => {
        broker.shift(1, -1_000)
      })
      at(60_000, () => {
        const { account } = strategist({ store })
        const held = watch(positions(account), 30_000)
        at(10_000, () => {
          expect(held.values.at(-1)?.all).toEqual([])
          const list = watch(
            account.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, {
              fromTimestamp: 0,
              toTimestamp: broker.now(),
            }),
          )
          at(1_000, () => {
            const closing = list.values[0]?.deal?.find(deal => deal.closePositionDetail)
            const start = broker.now() - 11_000
            expect(closing?.executionTimestamp).toBeGreaterThanOrEqual(start)
            expect(closing?.executionPrice).toBe(broker.market.quoteAt(1, start + 100).bid / 100_000)
          })
        })
      })
    })
  })

  it('errors clearly where the state is damaged, of another version, or of another account', () => {
    paperScene(scene => {
      const { strategist, watch, at } = scene
      const { store, last } = memory()
      watch(placeOrder(strategist({ store }).account, order), 5_000)
      at(10_000, () => {
        const good = last()
        const exchange = good.exchange as { readonly books: readonly object[] }
        const wrong = (state: unknown) => errorOf(scene, { store: memory(state).store })
        const seen = [
          wrong({ ...good, version: 2 }),
          wrong({ ...good, exchange: { ...exchange, books: [{ ...exchange.books[0], balance: 'much' }] } }),
          wrong({ some: 'thing' }),
          wrong([]),
          wrong('text'),
          errorOf(scene, { store, accountId: 7 }),
          errorOf(scene, { store, depositAsset: 'EUR' }),
          errorOf(scene, { store, moneyDigits: 3 }),
          errorOf(scene, { store: { ...store, load: () => throwError(() => new Error('no disk')) } }),
        ]
        at(3_000, () => {
          expect(seen.map(({ error }) => String(error))).toEqual([
            'CTraderError: store has a state of version 2; this release reads version 1',
            'CTraderError: store has a damaged state: exchange.books.0.balance is missing or not as it must be',
            'CTraderError: store has no state of a paper account',
            'CTraderError: store has no state of a paper account',
            'CTraderError: store has no state of a paper account',
            `CTraderError: store has a state whose accountId is ${ACCOUNT}, and not 7 as that of the account`,
            'CTraderError: store has a state whose depositAsset is USD, and not EUR as that of the account',
            'CTraderError: store has a state whose moneyDigits is 2, and not 3 as that of the account',
            'Error: no disk',
          ])
        })
      })
    })
  })

  it('loses its line while it cannot be saved, and is saved as soon as it can be', () => {
    paperScene(({ strategist, watch, at }) => {
      const { store, saved } = memory()
      let isFull = true
      const { account } = strategist({
        store: {
          load: store.load,
          save: state => (isFull ? throwError(() => new Error('the disk is full')) : store.save(state)),
        },
      })
      const states = watch(account.authenticated$, 120_000)
      watch(placeOrder(account, order), 120_000)
      at(30_000, () => {
        expect(states.values.at(-1)?.status).not.toBe('authenticated')
        expect(JSON.stringify(states.values)).toContain('was not saved: the disk is full')
        expect(saved).toEqual([])
        isFull = false
      })
      at(115_000, () => {
        expect(states.values.at(-1)?.status).toBe('authenticated')
        const list = watch(positions(account), 4_000)
        at(3_000, () => {
          expect(list.values.at(-1)?.all).toHaveLength(1)
        })
        expect(saved.at(-1)).toContain('"state":"open"')
      })
    })
  })

  it('is saved before the process goes on, if saving takes its time', () => {
    paperScene(({ strategist, watch, at }) => {
      const { store, last } = memory()
      const slow: PaperStore = {
        load: store.load,
        save: state => timer(400).pipe(tap(() => store.save(state))),
      }
      watch(placeOrder(strategist({ store: slow }).account, { ...order, stopLoss: pips(50) }), 5_000)
      at(10_000, () => {
        const text = JSON.stringify(last())
        expect(text).toContain('"state":"open"')
        expect(text).not.toContain('"kind"')
      })
    })
  })
})
