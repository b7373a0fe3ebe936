import { merge } from 'rxjs'
import { PayloadType, equity, orderUpdates, orders, pnl, positions } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { entriesSetIn } from '../support/counted'
import { EXECUTION, MARGIN, accountServer, known, order, position } from './account/accountServer'
import type { AccountServer } from './account/accountServer'

const CANCELLED = 5
const CLOSED = 2

/** A server that is asked about symbols and prices, too. */
const quoted = ({ answer, asked, say }: AccountServer): void => {
  answer(PayloadType.PROTO_OA_SYMBOLS_LIST_REQ, {
    symbol: [{ symbolId: 1, symbolName: 'A', quoteAssetId: 1 }],
  })
  if (asked(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ) === 0) return
  answer(PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ, {})
  say(PayloadType.PROTO_OA_SPOT_EVENT, { symbolId: 1, bid: 120_000, ask: 120_010 })
}

interface Case {
  readonly listen: (account: Account, watch: AccountServer['watch']) => void
  readonly begin?: (server: AccountServer, n: number) => void
  readonly tell: (server: AccountServer, id: number) => void
}

const ids = (n: number): number[] => Array.from({ length: n }, (_, id) => id + 1)

const cases: Record<string, Case> = {
  'orders that are told one by one': {
    listen: (account, watch) => watch(orders(account)),
    tell: ({ say }, id) => {
      say(EXECUTION, { executionType: 2, order: order(id, 5) })
    },
  },
  'orders that go one by one': {
    listen: (account, watch) => watch(orders(account)),
    begin: (server, n) => {
      known(server, { order: ids(n).map(id => order(id, 5)) })
    },
    tell: ({ say }, id) => {
      say(EXECUTION, { executionType: 5, order: order(id, 6, { orderStatus: CANCELLED }) })
    },
  },
  'updates of orders that come and go': {
    listen: (account, watch) => watch(orderUpdates(account)),
    tell: ({ say }, id) => {
      say(EXECUTION, { executionType: 2, order: order(id, 5) })
      say(EXECUTION, { executionType: 5, order: order(id, 6, { orderStatus: CANCELLED }) })
    },
  },
  'parts of one order that are filled one by one': {
    listen: (account, watch) => watch(orderUpdates(account)),
    tell: ({ say }, id) => {
      const deal = {
        ...{ dealId: id, orderId: 1, positionId: 1, symbolId: 1, tradeSide: 1, dealStatus: 3 },
        ...{ volume: 100, filledVolume: 100, executionPrice: 1.1 + id / 1e5 },
        ...{ createTimestamp: 5, executionTimestamp: 5 + id },
      }
      say(EXECUTION, { executionType: 11, order: order(1, 5 + id, { executedVolume: 100 * id }), deal })
    },
  },
  'positions that are told one by one': {
    listen: (account, watch) => watch(merge(positions(account), pnl(account), equity(account))),
    begin: server => {
      known(server, { position: [position(1_000_000, 5)] })
      quoted(server)
    },
    tell: ({ say }, id) => {
      say(EXECUTION, { executionType: 3, position: position(id, 5) })
    },
  },
  'positions that are closed one by one': {
    listen: (account, watch) => watch(merge(positions(account), pnl(account), equity(account))),
    begin: (server, n) => {
      known(server, { position: ids(n).map(id => position(id, 5)) })
      quoted(server)
    },
    tell: ({ say }, id) => {
      say(EXECUTION, { executionType: 3, position: position(id, 6, { positionStatus: CLOSED }) })
    },
  },
  'margins that change one by one': {
    listen: (account, watch) => watch(merge(positions(account), equity(account))),
    begin: (server, n) => {
      known(server, { position: ids(n).map(id => position(id, 5)) })
      quoted(server)
    },
    tell: ({ say }, positionId) => {
      say(MARGIN, { positionId, usedMargin: 7, moneyDigits: 2 })
    },
  },
}

describe('thousands', () => {
  it.each(Object.entries(cases))('of %s cost each as much as one (G12)', (_, { begin, listen, tell }) => {
    const costOf = (n: number): number => {
      let cost = 0
      accountServer(server => {
        listen(server.account, server.watch)
        server.at(100, () => {
          if (begin) begin(server, n)
          else known(server, {})
          server.answer(PayloadType.PROTO_OA_DEAL_LIST_REQ, { hasMore: false })
        })
        server.at(200, () => {
          if (begin) quoted(server)
          server.answer(PayloadType.PROTO_OA_ORDER_LIST_REQ, { hasMore: false })
        })
        server.at(300, () => {
          cost = entriesSetIn(() => {
            for (const id of ids(n)) tell(server, id)
          })
        })
      })
      return cost
    }
    const few = costOf(250)
    expect(few).toBeGreaterThan(250)
    // Four times as many: sixteen times the cost would be quadratic.
    expect(costOf(1_000)).toBeLessThan(6 * few)
  })

  it('of orders are all there, each told once, and what was told before stays as it was (G12)', () => {
    accountServer(server => {
      const { account, at, say, watch } = server
      const seen = watch(orders(account))
      const N = 20_000
      at(100, () => {
        known(server, {})
        for (const id of ids(N)) say(EXECUTION, { executionType: 2, order: order(id, 5) })
        say(EXECUTION, { executionType: 5, order: order(3, 6, { orderStatus: CANCELLED }) })
        expect(seen.values).toHaveLength(N + 2)
        expect(seen.values.at(-1)?.all).toHaveLength(N - 1)
        // Read only now.
        for (const n of [0, 1, 50, 1_000, N / 2, N]) {
          const { all, added } = seen.values[n] ?? { all: [], added: [] }
          expect(all.map(({ orderId }) => orderId)).toEqual(ids(n))
          expect(added).toEqual(n === 0 ? [] : [order(n, 5)])
        }
        expect(seen.values.at(-1)?.removed).toEqual([order(3, 5)])
      })
    })
  })

  it.each([3, 300])(
    'of positions have another map with each profit, and that stays as it was: %d (E4)',
    n => {
      accountServer(server => {
        const { account, at, say, watch } = server
        const seen = watch(pnl(account))
        const quote = (bid: number): void => {
          say(PayloadType.PROTO_OA_SPOT_EVENT, { symbolId: 1, bid })
        }
        at(100, () => {
          known(server, { position: ids(n).map(id => position(id, 5)) })
          quoted(server)
        })
        at(200, () => {
          quoted(server)
          quote(130_000)
          say(EXECUTION, { executionType: 3, position: position(2, 6, { positionStatus: CLOSED }) })
          quote(110_000)
          // Read only now.
          const [first, second, third, last] = seen.values.map(({ positions: all }) => all)
          expect(seen.values).toHaveLength(4)
          expect(first?.size).toBe(n)
          const netOf = (all: typeof first): unknown[] => [1, 2].map(id => all?.get(id)?.net)
          expect([first, second, third, last].map(netOf)).toEqual([
            [10_000, 10_000],
            [20_000, 20_000],
            [20_000, undefined],
            [0, undefined],
          ])
          expect(seen.values[0]?.positions).toBe(first)
          expect([...(last?.keys() ?? [])]).toEqual(ids(n).filter(id => id !== 2))
          for (const { gross, positions: all } of seen.values)
            expect([...all.values()].reduce((sum, one) => sum + one.gross, 0)).toBe(gross)
        })
      })
    },
  )
})
