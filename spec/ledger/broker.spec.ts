import { rawClient } from '../support/rawClient'
import type { RawFrame } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { createBroker } from './broker'
import type { Broker } from './broker'
import { profitOf } from './money'
import type { Ways } from './ways'

const EURUSD = 1
const ask = (payloadType: number, payload: object, clientMsgId = `${payloadType}`) => ({
  payloadType,
  clientMsgId,
  payload: { ctidTraderAccountId: 11, ...payload },
})
const market = (volume: number, tradeSide = 1) => ({ symbolId: EURUSD, orderType: 1, tradeSide, volume })

interface Scene {
  readonly broker: Broker
  readonly at: (ms: number, act: () => void) => void
  readonly send: (...frames: object[]) => void
  readonly frames: (payloadType?: number) => RawFrame[]
}

/** A client that is authenticated, for 60 s. */
const scene = (ways: Partial<Ways>, act: (scene: Scene) => void): void => {
  inVirtualTime(({ at }) => {
    const broker = createBroker(ways)
    const raw = rawClient(broker.connect)
    raw.send(ask(2100, {}), ask(2102, {}))
    const frames = (payloadType?: number): RawFrame[] =>
      raw.frames().filter(frame => payloadType === undefined || frame.payloadType === payloadType)
    at(100, () => {
      act({ broker, at, send: raw.send, frames })
    })
    at(60_000, () => {
      raw.leave()
      broker.stop()
    })
  })
}

const typesOf = (frames: readonly RawFrame[]) => frames.map(({ payload }) => payload?.['executionType'])

describe('the broker with a ledger of its own', () => {
  it('fills an order and closes it, and the balance is exactly what the deals say', () => {
    scene({}, ({ broker, at, send, frames }) => {
      send(ask(2106, market(300_000)))
      at(1_000, () => {
        broker.move(EURUSD, 57)
        send(ask(2111, { positionId: 5_001, volume: 100_000 }))
      })
      at(2_000, () => {
        send(ask(2121, {}, 'trader'), ask(2133, {}, 'deals'))
      })
      at(3_000, () => {
        expect(typesOf(frames(2126))).toEqual([2, 3, 2, 3])
        // Bought at 1.10008, sold at 1.10057: 49 points of 1,000 units, less 3 cents for each side.
        const close = { grossProfit: 49, commission: -6, balance: 1_000_043, balanceVersion: 2 }
        expect(frames(2134)[0]?.payload).toMatchObject({
          deal: [{ filledVolume: 100_000, closePositionDetail: close }, { filledVolume: 300_000 }],
          hasMore: false,
        })
        expect(frames(2122)[0]?.payload).toMatchObject({ trader: { balance: 1_000_043 } })
      })
    })
  })

  it('rounds money once, a half away from zero', () => {
    const position = { side: 1, cost: 110_000 * 2 + 110_001, opened: 3 } as const
    const rate = { numerator: 1n, denominator: 1n }
    expect(profitOf(position, 110_001, 75_000, rate)).toBe(1)
    expect(profitOf({ ...position, side: 2 }, 110_001, 75_000, rate)).toBe(-1)
    expect(profitOf(position, 110_001, 74_999, rate)).toBe(0)
  })

  it('shows in its lists what was so a while ago', () => {
    scene({ lag: 5_000 }, ({ at, send, frames }) => {
      send(ask(2106, market(100_000)))
      for (const ms of [2_000, 7_000])
        at(ms, () => {
          send(ask(2124, {}))
        })
      at(8_000, () => {
        const open = frames(2125).map(
          ({ payload }) => (payload?.['position'] as unknown[] | undefined)?.length,
        )
        expect(open).toEqual([undefined, 1])
      })
    })
  })

  it('executes a command that its line did not outlive', () => {
    scene({}, ({ broker, at, send }) => {
      broker.fault({ kind: 'cutLeaving', arrives: 8_000 })
      send(ask(2106, market(100_000), 'late'))
      at(7_900, () => {
        expect(broker.commands).toEqual([])
      })
      at(9_000, () => {
        expect(broker.commands).toMatchObject([{ clientMsgId: 'late', isDone: true }])
        expect(broker.ledger.all('order')).toMatchObject([{ clientOrderId: 'late', status: 2 }])
      })
    })
  })

  it('ends an order that is filled in part without a deal', () => {
    scene({ pieces: 3, endsEarly: true, tellsPieces: false }, ({ broker, at, send, frames }) => {
      send(ask(2106, market(300_000)))
      at(2_000, () => {
        expect(typesOf(frames(2126))).toEqual([2, 5])
        expect(frames(2126)[1]?.payload).toMatchObject({ order: { orderStatus: 5, executedVolume: 100_000 } })
        expect(frames(2126)[1]?.payload).not.toHaveProperty('deal')
        expect(broker.ledger.all('deal')).toMatchObject([{ filled: 100_000 }])
      })
    })
  })

  it('keeps the names of orders to itself where it is said to', () => {
    scene({ names: 'nowhere', eventsName: false, fillAfter: 900 }, ({ at, send, frames }) => {
      send(ask(2106, { ...market(100_000), clientOrderId: 'mine' }))
      at(500, () => {
        send(ask(2175, {}, 'list'))
      })
      at(2_000, () => {
        expect(JSON.stringify(frames())).not.toContain('mine')
        expect(frames(2126)[0]).not.toHaveProperty('clientMsgId')
        expect(frames(2176)[0]?.payload).toMatchObject({ order: [{ orderId: 1_001 }] })
      })
    })
  })

  it('cuts its lists at the end that is said, and says that there is more', () => {
    scene({ rows: 1, cuts: 'newest' }, ({ at, send, frames }) => {
      send(ask(2106, market(100_000)), ask(2106, market(200_000), 'second'))
      at(2_000, () => {
        send(ask(2133, {}))
      })
      at(3_000, () => {
        expect(frames(2134)[0]?.payload).toMatchObject({ deal: [{ filledVolume: 100_000 }], hasMore: true })
      })
    })
  })

  it('protects a position by an order of type 4, and closes it where the market gets there', () => {
    scene({}, ({ broker, at, send, frames }) => {
      send(ask(2106, { ...market(100_000), relativeStopLoss: 100 }))
      at(1_000, () => {
        broker.move(EURUSD, -200)
      })
      at(2_000, () => {
        expect(typesOf(frames(2126))).toEqual([2, 3, 2, 3])
        expect(broker.ledger.all('position')).toMatchObject([{ status: 2, volume: 0 }])
        expect(broker.ledger.all('order')[1]).toMatchObject({ kind: 4, stop: 109_908, status: 2 })
      })
    })
  })
})
