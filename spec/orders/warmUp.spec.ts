import {
  PayloadType,
  amendProtection,
  closePosition,
  lots,
  pips,
  placeOrder,
  positions,
  symbol,
  warmUp,
} from 'rx-ctrader'
import type { Account, NewOrder, OrderUpdate } from 'rx-ctrader'
import type { Observable } from 'rxjs'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'

const {
  PROTO_OA_AMEND_POSITION_SLTP_REQ: AMEND,
  PROTO_OA_CLOSE_POSITION_REQ: CLOSE,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ: RIGHTS,
  PROTO_OA_NEW_ORDER_REQ: ORDER,
  PROTO_OA_RECONCILE_REQ: RECONCILE,
  PROTO_OA_SYMBOLS_LIST_REQ: SYMBOLS,
  PROTO_OA_SYMBOL_BY_ID_REQ: TERMS,
  PROTO_OA_TRADER_REQ: TRADER,
} = PayloadType

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

const elsewhere = ({ broker }: Scene, symbolId: number): void => {
  broker.trade((exchange, now) => {
    const ask = {
      ctidTraderAccountId: ACCOUNT,
      symbolId,
      orderType: 1,
      tradeSide: 1,
      volume: 1_000_000,
    } as const
    exchange.newOrder(ACCOUNT, ask, { at: now, clientMsgId: 'elsewhere' })
  })
}

const openPosition = ({ broker }: Scene): number =>
  broker.exchange.ledger(ACCOUNT).positions[0]?.positionId ?? NaN

/** What a command asks, and what it says. */
const acted = (
  { account, asked, at, watch }: Scene,
  act: (account: Account) => Observable<OrderUpdate>,
  judge: (asked: readonly number[], said: readonly OrderUpdate['status'][]) => void,
): void => {
  asked()
  const { values } = watch(act(account))
  at(1_000, () => {
    judge(
      asked(),
      values.map(({ status }) => status),
    )
  })
}

describe('warmUp', () => {
  it('asks for all that orders need, and then says that the account is ready', () => {
    scene(
      ({ account, asked, at, watch }) => {
        const { timed } = watch(warmUp(account, { symbols: ['EURUSD'] }))
        at(10_000, () => {
          expect(timed).toEqual([
            [0, false],
            [expect.any(Number), true],
          ])
          expect(asked().slice(0, 5).sort()).toEqual([TRADER, RECONCILE, SYMBOLS, TERMS, RIGHTS].sort())
        })
      },
      { latency: 20 },
    )
  })

  it('makes an order one frame, and a close, and an amendment', () => {
    scene(stage => {
      const { account, at, watch } = stage
      watch(warmUp(account, { symbols: ['EURUSD'] }), 100_000)
      at(1_000, () => {
        acted(
          stage,
          one => placeOrder(one, buy),
          (asked, said) => {
            expect(asked).toEqual([ORDER])
            expect(said).toEqual(['sent', 'accepted', 'filled'])
          },
        )
      })
      at(21_000, () => {
        const positionId = openPosition(stage)
        acted(
          stage,
          one => amendProtection(one, { positionId, stopLoss: pips(50) }),
          (asked, said) => {
            expect(asked).toEqual([AMEND])
            expect(said).toEqual(['sent', 'protected'])
          },
        )
      })
      at(23_000, () => {
        const positionId = openPosition(stage)
        acted(
          stage,
          one => closePosition(one, { positionId, volume: lots(0.05) }),
          (asked, said) => {
            expect(asked).toEqual([CLOSE])
            expect(said).toEqual(['sent', 'accepted', 'filled'])
          },
        )
      })
    })
  })

  it('has the terms of what is open too, and of what others open', () => {
    scene(stage => {
      const { account, asked, at, watch } = stage
      elsewhere(stage, 8)
      at(2_000, () => {
        const { values } = watch(warmUp(account), 100_000)
        at(1_000, () => {
          expect(asked()).toContain(TERMS)
          elsewhere(stage, 9)
        })
        at(3_000, () => {
          // Not ready while the terms of the other symbol are on their way.
          expect(values).toEqual([false, true, false, true])
          expect(asked().filter(type => type === TERMS)).toHaveLength(1)
        })
      })
    })
  })

  it('is not ready while the line is down, and asks anew on the next one', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const { values } = watch(warmUp(account, { symbols: [1] }))
      at(2_000, () => {
        asked()
        broker.drop()
      })
      at(6_000, () => {
        expect(values).toEqual([false, true, false, true])
        // Of the rights of a token nothing changes.
        expect(asked().slice(0, 3).sort()).toEqual([TRADER, RECONCILE, TERMS].sort())
      })
    })
  })

  it('asks for changed terms at once, so that the next order does not', () => {
    scene(stage => {
      const { account, asked, at, broker, watch } = stage
      const { values } = watch(warmUp(account, { symbols: ['EURUSD'] }), 100_000)
      at(2_000, () => {
        asked()
        broker.push(
          JSON.stringify({
            payloadType: PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT,
            payload: { ctidTraderAccountId: ACCOUNT, symbolId: [1] },
          }),
        )
      })
      at(3_000, () => {
        expect(asked()).toEqual([SYMBOLS, TERMS])
        expect(values).toEqual([false, true, false, true])
        acted(
          stage,
          one => placeOrder(one, buy),
          asks => {
            expect(asks).toEqual([ORDER])
          },
        )
      })
    })
  })

  it('errors where a symbol of the options is unknown, and not where one that is open is', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      elsewhere(stage, 8)
      const wrong = watch(warmUp(account, { symbols: ['EURUSE'] }))
      at(2_000, () => {
        expect(wrong.error).toMatchObject({ reason: 'UnknownSymbol', symbol: 'EURUSE' })
        broker.fault({ kind: 'unlist', symbolId: 8 })
        const { values } = watch(warmUp(account))
        at(2_000, () => {
          expect(values.at(-1)).toBe(true)
        })
      })
    })
  })

  it('errors where its symbols are no list', () => {
    scene(({ account, watch }) => {
      const seen = watch(warmUp(account, { symbols: 'EURUSD' as unknown as readonly string[] }))
      expect(seen.error).toMatchObject({ reason: 'InvalidOption', option: 'symbols' })
    })
  })
})

describe('what was asked for once', () => {
  it('is not asked for by the next close, however long the account was not looked at in between', () => {
    scene(stage => {
      const { asked, at } = stage
      at(500, () => {
        elsewhere(stage, 1)
      })
      at(1_000, () => {
        acted(
          stage,
          one => closePosition(one, { positionId: openPosition(stage), volume: lots(0.01) }),
          asks => {
            expect(asks.filter(type => type !== TERMS)).toEqual([
              RECONCILE,
              RIGHTS,
              TRADER,
              CLOSE,
              TRADER,
              RECONCILE,
            ])
          },
        )
      })
      at(500_000, () => {
        // Nothing was polled meanwhile.
        expect(asked()).toEqual([])
        acted(
          stage,
          one => closePosition(one, { positionId: openPosition(stage) }),
          asks => {
            // What would have been asked meanwhile is asked beside it.
            expect([...asks].sort()).toEqual([CLOSE, TRADER, RECONCILE].sort())
            expect(asks).toHaveLength(3)
          },
        )
      })
    })
  })

  it('is forgotten when it was of no use for ten minutes', () => {
    scene(stage => {
      const { account, asked, at, watch } = stage
      watch(account.accountAuth$, 2_000_000)
      at(1_000, () => {
        elsewhere(stage, 1)
        watch(positions(account), 1_000)
      })
      at(620_000, () => {
        asked()
        acted(
          stage,
          one => closePosition(one, { positionId: openPosition(stage) }),
          asks => {
            expect(asks.indexOf(RECONCILE)).toBeLessThan(asks.indexOf(CLOSE))
          },
        )
      })
    })
  })
})

describe('an order after its symbol has changed', () => {
  it.each([
    ['EURUSD', 2_500],
    [1, 2_300],
  ] as const)('waits for the new terms, also where a stream still has the old ones: %s', (name, leavesAt) => {
    scene(
      stage => {
        const { account, at, broker, watch } = stage
        watch(warmUp(account, { symbols: [name] }), 100_000)
        watch(symbol(account, name), 100_000)
        at(2_000, () => {
          broker.push(
            JSON.stringify({
              payloadType: PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT,
              payload: { ctidTraderAccountId: ACCOUNT, symbolId: [1] },
            }),
          )
        })
        at(2_150, () => {
          const { timed } = watch(placeOrder(account, { ...buy, symbol: name }))
          at(3_000, () => {
            // By name it is the list, and then the terms.
            expect(timed[0]?.[0]).toBe(leavesAt)
          })
        })
      },
      { latency: 100 },
    )
  })
})
