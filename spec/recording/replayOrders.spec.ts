import { map } from 'rxjs'
import { PayloadType, lots, placeOrder } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { bids, bidsOf, quotes, recorded, replayed } from './replaying'

describe('a replay of orders', () => {
  const order = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.1) } as const
  const placed = (account: Account) => placeOrder(account, order).pipe(map(({ status }) => status))
  const lines = recorded(({ account, watch, at }) => {
    at(5_000, () => {
      watch(placed(account))
    })
  })

  it('tells of one that is placed again what became of it, under its name of now', () => {
    replayed(
      lines,
      ({ account, watch, at }) => {
        at(5_000, () => {
          const named = watch(placeOrder(account, order).pipe(map(({ clientOrderId }) => clientOrderId)))
          at(5_000, () => {
            expect(new Set(named.values).size).toBe(1)
            expect(named.values.length).toBe(3)
            expect(named.completed).toBe(true)
          })
        })
      },
      { random: () => 0.7 },
    )
  })

  it('tells of one that names itself, under its name of now', () => {
    const named = (account: Account, clientOrderId: string) =>
      placeOrder(account, { ...order, clientOrderId }).pipe(map(update => update.clientOrderId))
    const ours = recorded(({ account, watch, at }) => {
      at(5_000, () => {
        watch(named(account, 'then'))
      })
    })
    replayed(ours, ({ account, watch, at }) => {
      at(5_000, () => {
        const names = watch(named(account, 'now'))
        at(5_000, () => {
          expect(names.values).toEqual(['now', 'now', 'now'])
        })
      })
    })
  })

  it('keeps no price back for one that is not placed again', () => {
    const { PROTO_OA_NEW_ORDER_REQ } = PayloadType
    let then: unknown[] = []
    const ours = recorded(({ account, watch, at }) => {
      then = watch(bids(account), 59_000).timed
      at(5_000, () => {
        watch(
          account.request(PROTO_OA_NEW_ORDER_REQ, {
            symbolId: 1,
            orderType: 1,
            tradeSide: 1,
            volume: 100_000,
          }),
        )
      })
    })
    expect(bidsOf(ours)).toEqual(then)
  })

  it('ends only when the outcome of one that is not placed again has come, too', () => {
    const { PROTO_OA_EXECUTION_EVENT } = PayloadType
    // The recording ends with the fill.
    const whole = recorded(({ account, watch, at }) => {
      at(5_000, () => {
        watch(placed(account))
      })
    })
    const isReport = (line: string): boolean => line.includes(`"payloadType":${PROTO_OA_EXECUTION_EVENT}`)
    const fill = whole.map(isReport).lastIndexOf(true)
    const short = whole.slice(0, fill + 1)
    replayed(short, ({ account, ended$, watch, at }) => {
      const { timed } = watch(account.on(PROTO_OA_EXECUTION_EVENT))
      const ended = watch(ended$)
      at(59_000, () => {
        const [last] = timed.at(-1) ?? []
        expect(last).toBeGreaterThan(5_900)
        expect(ended.timed).toEqual([[last, undefined]])
      })
    })
  })

  it('tells of one that is placed a little later, too', () => {
    replayed(lines, ({ account, watch, at }) => {
      at(5_500, () => {
        const { timed } = watch(placed(account))
        at(5_000, () => {
          expect(timed).toEqual([
            [5_500, 'sent'],
            [5_500, 'accepted'],
            [5_500, 'filled'],
          ])
        })
      })
    })
  })

  it('tells of one that is not placed again as of one of another session, a second later', () => {
    const { PROTO_OA_EXECUTION_EVENT } = PayloadType
    replayed(lines, ({ account, watch, at }) => {
      const events = watch(account.on(PROTO_OA_EXECUTION_EVENT), 30_000)
      at(29_000, () => {
        expect(events.timed.map(([ms, { payload }]) => [ms, payload.executionType])).toEqual([
          [6_040, 2],
          [6_040, 3],
        ])
      })
    })
  })

  it('rejects one where none was sent', () => {
    replayed(quotes, ({ account, watch, at }) => {
      at(5_000, () => {
        const updates = watch(account.request(PayloadType.PROTO_OA_CANCEL_ORDER_REQ, { orderId: 1 }))
        at(1_000, () => {
          expect(String(updates.error)).toContain('PROTO_OA_CANCEL_ORDER_REQ is not in the recording')
        })
      })
    })
  })

  it.each([
    ['another volume', 5_000, { ...order, volume: lots(0.2) }, 'is not in it'],
    ['the other side', 5_000, { ...order, side: 'sell' }, 'is not in it'],
    ['long after', 8_000, order, 'was sent earlier in it'],
  ] as const)(
    'refuses to go on where another one is sent, whose outcome it does not know: %s (F8)',
    (_, ms, other, why) => {
      replayed(lines, ({ account, watch, at }) => {
        const states = watch(account.authenticated$, 50_000)
        const quoted = watch(bids(account), 50_000)
        at(ms, () => {
          const updates = watch(placeOrder(account, other), 10_000)
          at(ms + 1_000, () => {
            const told = `connect is a replay of other orders: this PROTO_OA_NEW_ORDER_REQ ${why}; a recording is not a backtest`
            expect(updates.values.map(({ status }) => status)).not.toContain('filled')
            expect(String(updates.error)).toContain(told)
            expect(states.values.at(-1)).toMatchObject({ status: 'failed', cause: { message: told } })
            expect(quoted.error).toBeDefined()
          })
        })
      })
    },
  )

  it('refuses to go on where the same one is sent more than a second before (F8)', () => {
    const raw = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 } as const
    const sent = (account: Account) => account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, raw)
    const ours = recorded(({ account, watch, at }) => {
      at(5_000, () => {
        watch(sent(account))
      })
    })
    replayed(ours, ({ account, watch, at }) => {
      at(3_900, () => {
        const refused = watch(sent(account))
        const states = watch(account.authenticated$, 10_000)
        at(2_000, () => {
          expect(refused.values).toEqual([])
          expect(String(refused.error)).toContain('NEW_ORDER_REQ was sent later in it')
          expect(states.values.at(-1)?.status).toBe('failed')
        })
      })
    })
  })

  it('goes on where the same one is sent a little sooner (F8)', () => {
    replayed(lines, ({ account, watch, at }) => {
      at(4_500, () => {
        const updates = watch(placed(account))
        at(2_000, () => {
          expect(updates.values).toEqual(['sent', 'accepted', 'filled'])
        })
      })
    })
  })
})
