import { map, merge, switchMap, takeUntil, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType, pips, price, units } from 'rx-ctrader'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { amendOrder } from '../../../src/orders/amendOrder'
import { amendProtection } from '../../../src/orders/amendProtection'
import { cancelOrder } from '../../../src/orders/cancelOrder'
import { closePosition } from '../../../src/orders/closePosition'
import { orderUpdates } from '../../../src/orders/orderUpdates'
import { requestRights } from '../../../src/orders/validation/rights'
import { placeOrder } from '../../../src/orders/placeOrder'
import type { OrderUpdate } from '../../../src/orders/model/orderUpdate'
import { symbol } from '../../../src/streams/symbols/symbols'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'

const { PROTO_OA_ORDER_ERROR_EVENT } = PayloadType

const accountOf = (terms: object): SimulatorOptions => ({
  accounts: [{ accountId: ACCOUNT, isLive: false, traderLogin: 1, brokerTitleShort: 'x', ...terms }],
})

/** EURUSD is at 1.0285. */
const MARKET = { symbol: 1, side: 'buy', type: 'market', volume: units(1_000) } as const
const PROTECTIONS = { stopLoss: pips(20), takeProfit: pips(40) } as const
const LIMIT = { ...MARKET, type: 'limit', price: price(1.01) } as const

const letters: Readonly<Record<OrderUpdate['status'], string>> = {
  sent: 's',
  outcomeUnknown: 'u',
  accepted: 'a',
  partiallyFilled: 'p',
  filled: 'f',
  protected: 't',
  replaced: 'r',
  cancelled: 'c',
  expired: 'e',
  rejected: 'x',
}

interface Sequence extends Scene {
  /** Expects of a command that is given at a second the letters of what it tells, and when. */
  readonly command: (second: number, updates: () => Observable<OrderUpdate>, marbles: string) => void
  /** The last that was told under a letter. */
  readonly last: (letter: string) => OrderUpdate & { readonly orderId: number; readonly positionId: number }
  /** The execution events since the last look: their types, and with an s what is the server's own doing. */
  readonly events: () => string[]
}

/**
 * What is to be known before an order leaves is asked for in the first second. An order is 10 ms on its way to the
 * server, and so are its events back.
 */
const sequence = (play: (sequence: Sequence) => void, options: SimulatorOptions = {}): void => {
  scene(one => {
    const told: OrderUpdate[] = []
    one.watch(merge(symbol(one.account, 1), symbol(one.account, 201), requestRights(one.account)))
    let looked = 0
    play({
      ...one,
      command: (second, updates, marbles) => {
        const letter$ = timer(second * 1_000).pipe(
          switchMap(updates),
          tap(update => told.push(update)),
          map(({ status }) => letters[status]),
          takeUntil(timer(500_000)),
        )
        one.expectObservable(letter$).toBe(`${second * 1_000}ms ${marbles}`)
      },
      last: letter => {
        const update = [...told].reverse().find(({ status }) => letters[status] === letter)
        if (!update) throw new Error(`nothing was told under ${letter}`)
        return { orderId: 0, positionId: 0, ...update }
      },
      events: () => {
        const since = one.wire.received.slice(looked)
        looked = one.wire.received.length
        return since.flatMap(text => {
          const { payloadType, payload } = JSON.parse(text) as {
            payloadType: number
            payload?: { executionType: number; isServerEvent: boolean }
          }
          if (payloadType !== PayloadType.PROTO_OA_EXECUTION_EVENT || !payload) return []
          return [`${payload.executionType}${payload.isServerEvent ? 's' : ''}`]
        })
      },
    })
  }, options)
}

describe('a market order', () => {
  it('without protections is accepted, and filled', () => {
    sequence(({ account, at, command, events }) => {
      command(1, () => placeOrder(account, MARKET), 's 19ms a 254ms (f|)')
      at(3_000, () => {
        expect(events()).toEqual(['2', '3'])
      })
    })
  })

  it('with protections gets them right after its fill', () => {
    sequence(({ account, at, command, events, last }) => {
      command(1, () => placeOrder(account, { ...MARKET, ...PROTECTIONS }), 's 19ms a 254ms f (t|)')
      at(3_000, () => {
        expect(events()).toEqual(['2', '3', '2s'])
        expect(last('a')).toMatchObject({
          position: { positionStatus: 3, price: 0 },
          order: { timeInForce: 3 },
        })
        expect(last('f')).not.toHaveProperty('position.stopLoss')
        const { price: entry = NaN } = last('f') as { price?: number }
        expect(last('t')).toMatchObject({
          orderId: last('f').orderId,
          position: {
            stopLoss: expect.closeTo(entry - 0.002, 9) as number,
            takeProfit: expect.closeTo(entry + 0.004, 9) as number,
          },
        })
      })
    })
  })

  it('for which the money is not enough is accepted, and rejected', () => {
    sequence(
      ({ account, at, command, events, last }) => {
        command(1, () => placeOrder(account, { ...MARKET, ...PROTECTIONS }), 's 19ms (ax|)')
        at(3_000, () => {
          expect(events()).toEqual(['2', '7'])
          expect(last('x')).toMatchObject({ errorCode: 'NOT_ENOUGH_MONEY' })
        })
      },
      accountOf({ balance: 100 }),
    )
  })

  // A deal that the end leaves out is asked for when it does not come.
  it.each([
    ['endWithoutDeal', 's 19ms a 774ms (pc|)', ['2', '5']],
    ['fillAndEnd', 's 19ms a 254ms (pc|)', ['2', '11', '5']],
  ] as const)(
    'that the book does not hold is filled in part, and for the rest cancelled: %s (A4)',
    (partialEnd, told, types) => {
      sequence(
        ({ account, at, command, events, last }) => {
          const share = { symbol: 201, side: 'buy', type: 'market', volume: units(500) } as const
          command(1, () => placeOrder(account, share), told)
          at(3_000, () => {
            expect(events()).toEqual(types)
            const { volume } = last('p') as { volume?: number }
            expect(last('c')).toMatchObject({ order: { executedVolume: volume } })
          })
        },
        {
          ...accountOf({ balance: 100_000_000_000 }),
          start: Date.UTC(2026, 0, 7, 15),
          unknowns: { partialEnd },
        },
      )
    },
  )

  it('within a range is filled there, and else cancelled', () => {
    sequence(({ account, at, broker, command, events }) => {
      const range = { ...MARKET, type: 'marketRange', slippage: pips(1) } as const
      const ask = (): number => broker.market.quoteAt(1, broker.now()).ask / 1e5
      command(1, () => placeOrder(account, { ...range, basePrice: price(ask()) }), 's 19ms a 254ms (f|)')
      at(3_000, () => {
        expect(events()).toEqual(['2', '3'])
      })
      command(4, () => placeOrder(account, { ...range, basePrice: price(1.02) }), 's 19ms a 257ms (c|)')
      at(6_000, () => {
        expect(events()).toEqual(['2', '5'])
      })
    })
  })

  it('that the server does not take at all is rejected by 2132', () => {
    sequence(({ account, at, broker, command, events, last }) => {
      broker.fault({
        kind: 'refuse',
        payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
        errorCode: 'TRADING_DISABLED',
        carrier: PROTO_OA_ORDER_ERROR_EVENT,
      })
      command(1, () => placeOrder(account, MARKET), 's 19ms (x|)')
      at(3_000, () => {
        expect(events()).toEqual([])
        expect(last('x')).toMatchObject({ errorCode: 'TRADING_DISABLED' })
      })
    })
  })

  it('turns a netted position round in two steps', () => {
    sequence(
      ({ account, at, command, events, last }) => {
        command(1, () => placeOrder(account, MARKET), 's 19ms a 254ms (f|)')
        const sell = { ...MARKET, side: 'sell', volume: units(3_000) } as const
        command(3, () => placeOrder(account, sell), 's 19ms a 257ms (pf|)')
        at(5_000, () => {
          expect(events()).toEqual(['2', '3', '2', '11', '3'])
          expect(last('p')).toMatchObject({ volume: 100_000 })
          expect(last('f')).toMatchObject({ volume: 300_000, position: { tradeData: { volume: 200_000 } } })
        })
      },
      accountOf({ accountType: 1 }),
    )
  })
})

describe('closing', () => {
  it('a bare position is accepted, and filled', () => {
    sequence(({ account, at, command, events, last }) => {
      command(1, () => placeOrder(account, MARKET), 's 19ms a 254ms (f|)')
      command(
        3,
        () => closePosition(account, { positionId: last('f').positionId }),
        '20ms s 19ms a 257ms (f|)',
      )
      at(2_500, events)
      at(5_000, () => {
        expect(events()).toEqual(['2', '3'])
        expect(last('f')).toMatchObject({
          order: { closingOrder: true },
          position: { positionStatus: 2 },
          deal: { closePositionDetail: { closedVolume: 100_000 } },
        })
      })
    })
  })

  it('a protected position ends its protections, which is no news of the closing order', () => {
    sequence(({ account, at, command, events, last }) => {
      command(1, () => placeOrder(account, { ...MARKET, ...PROTECTIONS }), 's 19ms a 254ms f (t|)')
      command(
        3,
        () => closePosition(account, { positionId: last('f').positionId }),
        '20ms s 19ms a 253ms (f|)',
      )
      at(2_500, events)
      at(5_000, () => {
        expect(events()).toEqual(['2', '3', '5s'])
        expect(last('f')).toMatchObject({ position: { positionStatus: 3 }, order: { orderType: 1 } })
      })
    })
  })

  it('a part of it leaves protections of less volume', () => {
    sequence(({ account, at, broker, command, events, last }) => {
      command(
        1,
        () => placeOrder(account, { ...MARKET, ...PROTECTIONS, volume: units(3_000) }),
        's 19ms a 254ms f (t|)',
      )
      const part = () => ({ positionId: last('f').positionId, volume: units(1_000) })
      command(3, () => closePosition(account, part()), '20ms s 19ms a 253ms (f|)')
      at(2_500, events)
      at(5_000, () => {
        expect(events()).toEqual(['2', '3', '4s'])
        expect(last('f')).toMatchObject({ volume: 100_000, position: { tradeData: { volume: 200_000 } } })
        expect(broker.exchange.ledger(ACCOUNT).orders[1]).toMatchObject({ tradeData: { volume: 200_000 } })
      })
    })
  })
})

describe('a pending order', () => {
  it('is accepted, amended under the same id, and cancelled', () => {
    sequence(({ account, at, command, events, last }) => {
      command(1, () => placeOrder(account, LIMIT), 's 19ms a 2019ms r 1979ms (c|)')
      command(
        3,
        () => amendOrder(account, { orderId: last('a').orderId, price: price(1.005) }),
        '20ms s 19ms (r|)',
      )
      command(5, () => cancelOrder(account, { orderId: last('a').orderId }), 's 19ms (c|)')
      at(8_000, () => {
        expect(events()).toEqual(['2', '4', '5'])
        expect(last('a')).toMatchObject({ order: { limitPrice: 1.01 }, position: { positionStatus: 3 } })
        expect(last('r')).toMatchObject({ order: { limitPrice: 1.005 }, orderId: last('a').orderId })
        expect(last('c')).toMatchObject({ position: { positionStatus: 2 } })
      })
    })
  })

  it.each([
    ['limit', LIMIT, -2_000],
    ['stop', { ...MARKET, type: 'stop', price: price(1.04) }, 2_000],
    ['stop limit', { ...MARKET, type: 'stopLimit', price: price(1.04), slippage: pips(100) }, 2_000],
  ] as const)('is filled when the market reaches it, and protected then: %s', (_, order, by) => {
    sequence(({ account, at, broker, command, events }) => {
      command(1, () => placeOrder(account, { ...order, ...PROTECTIONS }), 's 19ms a 4007ms f (t|)')
      at(5_000, () => {
        expect(events()).toEqual(['2'])
        broker.shift(1, by)
      })
      at(60_000, () => {
        expect(events()).toEqual(['3s', '2s'])
      })
    })
  })

  it('expires at its time', () => {
    sequence(({ account, at, broker, command, events }) => {
      const expires = broker.now() + 10_000
      command(1, () => placeOrder(account, { ...LIMIT, expires }), 's 19ms a 8989ms (e|)')
      at(12_000, () => {
        expect(events()).toEqual(['2', '6s'])
      })
    })
  })

  it('is filled in parts, and cancelled for the rest', () => {
    sequence(
      ({ account, at, broker, command, events, last }) => {
        const share = { symbol: 201, side: 'buy', type: 'limit', volume: units(500) } as const
        const above = (): number =>
          Math.round(broker.market.quoteAt(201, broker.now()).ask / 1_000 + 100) / 100
        command(
          1,
          () => placeOrder(account, { ...share, price: price(above()) }),
          's 19ms a 254ms p 2668ms p 1075ms (c|)',
        )
        command(5, () => cancelOrder(account, { orderId: last('a').orderId }), 's 19ms (c|)')
        at(8_000, () => {
          expect(events()).toEqual(['2', '11', '11s', '5'])
          const { volume } = last('p') as { volume?: number }
          expect(last('c')).toMatchObject({ order: { executedVolume: volume } })
        })
      },
      { ...accountOf({ balance: 100_000_000_000 }), start: Date.UTC(2026, 0, 7, 15) },
    )
  })
})

describe('a cancellation', () => {
  it('that comes when the order is being executed is rejected, and the order filled', () => {
    sequence(({ account, at, command, events, last }) => {
      command(1, () => placeOrder(account, MARKET), 's 19ms a 254ms (f|)')
      command(1.03, () => cancelOrder(account, { orderId: last('a').orderId }), 's 19ms (x|)')
      at(5_000, () => {
        expect(events()).toEqual(['2', '8', '3'])
      })
    })
  })

  it('of an order there is none of is rejected by 2132', () => {
    sequence(({ account, at, command, events }) => {
      command(1, () => cancelOrder(account, { orderId: 1 }), 's 19ms (x|)')
      at(5_000, () => {
        expect(events()).toEqual([])
      })
    })
  })
})

describe('amending the protections', () => {
  it('of a bare position makes an order for them, which is then replaced, and at last cancelled', () => {
    sequence(({ account, at, command, events, last }) => {
      const positionId = () => last('f').positionId
      command(1, () => placeOrder(account, MARKET), 's 19ms a 254ms (f|)')
      command(
        3,
        () => amendProtection(account, { positionId: positionId(), stopLoss: pips(30) }),
        '20ms s 19ms (t|)',
      )
      command(
        5,
        () => amendProtection(account, { positionId: positionId(), takeProfit: pips(30) }),
        // The position is known by now.
        's 19ms (t|)',
      )
      at(7_000, () => {
        expect(events()).toEqual(['2', '3', '2', '4'])
        expect(last('t')).toMatchObject({
          position: { stopLoss: expect.any(Number) as number, takeProfit: expect.any(Number) as number },
        })
      })
      const none = { stopLoss: null, takeProfit: null }
      command(7, () => amendProtection(account, { positionId: positionId(), ...none }), 's 19ms (t|)')
      at(9_000, () => {
        expect(events()).toEqual(['5'])
        expect(last('t')).not.toHaveProperty('position.stopLoss')
        expect(last('t')).not.toHaveProperty('position.takeProfit')
      })
    })
  })
})

describe('what the server does by itself', () => {
  it('a triggered protection closes its position', () => {
    sequence(({ account, at, broker, command, events, watch }) => {
      const seen = watch(orderUpdates(account), 100_000)
      command(1, () => placeOrder(account, { ...MARKET, ...PROTECTIONS }), 's 19ms a 254ms f (t|)')
      at(3_000, () => {
        expect(events()).toEqual(['2', '3', '2s'])
        broker.shift(1, -1_000)
      })
      at(60_000, () => {
        expect(events()).toEqual(['3s'])
        expect(seen.values.map(({ status }) => letters[status]).join('')).toBe('aftf')
        expect(seen.values.at(-1)).toMatchObject({
          order: { orderType: 4 },
          position: { positionStatus: 2 },
          deal: { closePositionDetail: {} },
        })
      })
    })
  })

  it('a stop-out closes a position', () => {
    sequence(
      ({ account, at, broker, command, events, watch }) => {
        const seen = watch(orderUpdates(account), 100_000)
        command(1, () => placeOrder(account, { ...MARKET, volume: units(10_000) }), 's 19ms a 254ms (f|)')
        at(3_000, () => {
          events()
          broker.shift(1, -1_000)
        })
        at(90_000, () => {
          expect(events()).toEqual(['2s', '3s'])
          expect(seen.values.map(({ status }) => letters[status]).join('')).toBe('afaf')
          expect(seen.values.at(-1)).toMatchObject({ order: { isStopOut: true, closingOrder: true } })
        })
      },
      accountOf({ balance: 13_000 }),
    )
  })
})

describe('on a line that repeats and disorders', () => {
  it('everything is told once', () => {
    sequence(({ account, at, broker, command, events }) => {
      broker.fault({ kind: 'duplicate', payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT, times: 3 })
      command(1, () => placeOrder(account, { ...MARKET, ...PROTECTIONS }), 's 19ms a 254ms f (t|)')
      at(3_000, () => {
        expect(events()).toEqual(['2', '2', '3', '3', '2s', '2s'])
      })
    })
  })

  it('what is accepted after it is filled is not told', () => {
    sequence(({ account, at, broker, command, events }) => {
      broker.fault({ kind: 'reorder', payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT })
      command(1, () => placeOrder(account, MARKET), 's 274ms (f|)')
      at(3_000, () => {
        expect(events()).toEqual(['3', '2'])
      })
    })
  })

  it('what is protected before it is filled is told after', () => {
    sequence(({ account, at, broker, command, events }) => {
      command(1, () => placeOrder(account, { ...MARKET, ...PROTECTIONS }), 's 19ms a 255ms (ft|)')
      at(1_100, () => {
        broker.fault({ kind: 'reorder', payloadType: PayloadType.PROTO_OA_EXECUTION_EVENT })
      })
      at(3_000, () => {
        expect(events()).toEqual(['2', '2s', '3'])
      })
    })
  })
})
