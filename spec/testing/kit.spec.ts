import { asyncScheduler, concatMap, filter, firstValueFrom, map, merge, skip, take, timer } from 'rxjs'
import {
  ProtoOATrendbarPeriod,
  candles,
  createClient,
  depth,
  lots,
  placeOrder,
  spots,
  trendbarsBetween,
} from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { MARKET_START, marbles, spot } from 'rx-ctrader/testing'
import type { Marbles } from 'rx-ctrader/testing'

const states = ({ account }: Marbles) => account.authenticated$.pipe(map(({ status }) => status))
const bids = ({ account }: Marbles) => spots(account, 1).pipe(map(({ bid }) => bid))
const market = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.1) } as const

/** The price of an order that is placed at a time. */
const fillAt = (ms: number, { account }: Marbles) =>
  timer(ms).pipe(
    concatMap(() => placeOrder(account, market)),
    filter(update => update.status === 'filled'),
    map(({ price }) => price),
  )

describe('a scenario', () => {
  it('begins with an account that is authenticated', () => {
    marbles(kit => {
      expect(kit.broker.lines()).toMatchObject([{ clientId: 'demo', accountIds: [12345678] }])
      kit.expectObservable(states(kit)).toBe('a', { a: 'authenticated' })
    })
  })

  it('begins with nothing connected, if it is told so', () => {
    marbles(
      kit => {
        expect(kit.broker.lines()).toEqual([])
        kit.expectObservable(states(kit)).toBe('(abcd)', {
          a: 'connecting',
          b: 'authenticatingApp',
          c: 'authenticatingAccount',
          d: 'authenticated',
        })
      },
      { authenticated: false },
    )
  })

  it('authenticates again after a line that was lost, for each subscriber', () => {
    marbles(kit => {
      kit.broker.faults('5s d')
      kit.expectObservable(states(kit), '20s ^').toBe('20s a', { a: 'authenticated' })
    })
  })

  it("has the time of RxJS's helpers, from 0 on", () => {
    marbles(({ time, hot, cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('a--b|')
      expectObservable(merge(source$, hot('-c|'))).toBe('ac-b|')
      expectSubscriptions(source$.subscriptions).toBe('^---!')
      expectObservable(timer(time('---|')).pipe(map(() => 'd'))).toBe('---(d|)')
    })
  })

  it('gives back what it ends with', () => {
    expect(marbles(({ account }) => account.accountId)).toBe(12345678)
  })

  it('is over after ten minutes, or when it is told to, though something would go on for ever', () => {
    const seen: number[] = []
    marbles(() => {
      timer(0, 200_000).subscribe(n => seen.push(n))
    })
    expect(seen).toEqual([0, 1, 2, 3])
    marbles(
      () => {
        timer(0, 1_000).subscribe(n => seen.push(n))
      },
      { until: 2_000 },
    )
    expect(seen.slice(4)).toEqual([0, 1, 2])
  })

  it('can have another application, another grant and other accounts', () => {
    marbles(
      ({ broker }) => {
        expect(broker.lines()).toMatchObject([{ clientId: 'mine', accountIds: [7] }])
      },
      {
        simulator: {
          applications: [{ clientId: 'mine', clientSecret: 'own' }],
          accounts: [{ accountId: 7, isLive: false, traderLogin: 1, brokerTitleShort: 'B' }],
          grants: [{ accessToken: 'token', refreshToken: 'refresh', accountIds: [7], permissionScope: 1 }],
        },
        client: { clientId: 'mine', clientSecret: 'own' },
        account: { accountId: 7, accessToken: 'token' },
      },
    )
  })

  it('can have a line that takes its time', () => {
    marbles(
      kit => {
        kit.expectObservable(states(kit)).toBe('a 9ms b 19ms c 19ms d', {
          a: 'connecting',
          b: 'authenticatingApp',
          c: 'authenticatingAccount',
          d: 'authenticated',
        })
      },
      { simulator: { latency: 10 }, authenticated: false },
    )
  })

  it('is the same every time', () => {
    const played = (): unknown[] => {
      const seen: unknown[] = []
      marbles(({ broker, account }) => {
        broker.faults('5s d 2s c')
        account.authenticated$.subscribe(state => seen.push(state))
        placeOrder(account, market).subscribe(update => seen.push(update))
      })
      return seen
    }
    expect(played()).toEqual(played())
  })

  it('can begin while RxJS has something to do in real time', async () => {
    const client = createClient({
      connect: createSimulator().connect,
      clientId: 'demo',
      clientSecret: 'demo',
      linger: 0,
    })
    const account = client.account({ accountId: 12345678, accessToken: 'demo' })
    // What was subscribed on the server is given back a turn later.
    await firstValueFrom(spots(account, 1))
    marbles(kit => {
      kit.expectObservable(bids(kit).pipe(take(1), map(Boolean))).toBe('(a|)', { a: true })
    })
  })

  it('says so where it cannot, inside of a timer', async () => {
    const inside$ = timer(0).pipe(map(() => marbles(() => undefined)))
    await expect(firstValueFrom(inside$)).rejects.toThrow('marbles must not be called inside an RxJS timer')
  })

  it('says so where it cannot, inside of another', () => {
    expect(() => {
      marbles(() => {
        marbles(() => undefined)
      })
    }).toThrow('marbles must not be called inside another marbles')
    expect(() => {
      marbles(() => {
        timer(5).subscribe(() => {
          marbles(() => undefined)
        })
      })
    }).toThrow('marbles must not be called inside another marbles')
    expect(marbles(() => 'and after it')).toBe('and after it')
  })

  it.each<[string, (kit: Marbles) => void]>([
    ['expectObservable', kit => void kit.expectObservable(kit.cold('a'))],
    ['expectSubscriptions', kit => void kit.expectSubscriptions([])],
    ['expectRequests', kit => void kit.expectRequests()],
    ['quotes', ({ broker }) => broker.quotes('a', { a: { bid: 1.1 } })],
    ['frames', ({ broker }) => broker.frames('a', { a: spot() })],
    ['faults', ({ broker }) => broker.faults('d')],
  ])('is over when marbles returns: %s then says so', async (what, act) => {
    const late = marbles(async kit => {
      await Promise.resolve()
      act(kit)
    })
    await expect(late).rejects.toThrow(`the scenario is over: ${what} must be called before marbles returns`)
  })

  it('gives back a promise of what happens in it', async () => {
    const bid = await marbles(kit => firstValueFrom(bids(kit)))
    expect(bid).toBe(1.1)
  })

  it.each([
    [{ until: Infinity }, 'until must be a number of ms of at least 0'],
    [{ until: NaN }, 'until must be a number of ms of at least 0'],
    [{ until: -1 }, 'until must be a number of ms of at least 0'],
    [{ until: '5s' }, 'until must be a number of ms of at least 0'],
    [{ market: 'stil' }, "market must be 'still' or 'moving'"],
    [{ untill: 5 }, 'untill is not an option of marbles'],
  ])('refuses %j', (options, message) => {
    const play = (): void => {
      marbles(() => undefined, options as never)
    }
    expect(play).toThrow(message)
    expect(play).toThrow(expect.objectContaining({ reason: 'InvalidOption' }) as Error)
  })

  it('meets the error of a consumer', () => {
    expect(() => {
      marbles(() => {
        timer(5).subscribe(() => {
          throw new Error('mine')
        })
      })
    }).toThrow('mine')
  })
})

describe('the market of the kit', () => {
  it('stands still', () => {
    marbles(kit => {
      const before = kit.broker.market.quoteAt(1, MARKET_START).bid / 100_000
      kit.expectObservable(bids(kit)).toBe('a', { a: before })
    })
  })

  it('opens where spot() has it, for any seed and time, and its past leads there', () => {
    const { bid, ask } = spot().payload
    for (const simulator of [{}, { seed: 7 }, { start: MARKET_START + 1_234_567 }])
      marbles(
        ({ broker: { market, now } }) => {
          expect(market.quoteAt(1, now())).toMatchObject({ bid, ask })
          const [best] = market.bookAt(1, now())
          expect(best).toMatchObject({ side: 'bid', price: bid })
          expect(Math.abs(market.quoteAt(1, now() - 1).bid / 110_000 - 1)).toBeLessThan(0.001)
          const { baseAssetId = 0, quoteAssetId = 0 } = market.symbol(1)?.light ?? {}
          expect(market.rate(baseAssetId, quoteAssetId, now())).toBeCloseTo(1.1001)
        },
        { simulator },
      )
  })

  it('moves by itself where it is told to', () => {
    const seen: number[] = []
    marbles(
      kit => {
        bids(kit).subscribe(bid => seen.push(bid))
        expect(() => {
          kit.broker.quotes('a', { a: { bid: 1 } })
        }).toThrow("prices cannot be drawn where the market is 'moving'")
      },
      { market: 'moving', until: 60_000 },
    )
    expect(seen.length).toBeGreaterThan(10)
  })

  it('moves where quotes are drawn: all subscribers are told', () => {
    marbles(kit => {
      kit.broker.quotes('a--b', { a: { bid: 1.1, ask: 1.1002 }, b: { bid: 1.2, ask: 1.2002 } })
      kit.expectObservable(bids(kit)).toBe('a--b', { a: 1.1, b: 1.2 })
    })
  })

  it('goes on from a quote that is drawn in the middle', () => {
    marbles(kit => {
      timer(10).subscribe(() => {
        kit.broker.quotes('--a', { a: { bid: 1.1, ask: 1.1002 } })
      })
      kit.expectObservable(bids(kit), '-----^').toBe('-----b 6ms a', {
        a: 1.1,
        b: kit.broker.market.quoteAt(1, MARKET_START).bid / 100_000,
      })
    })
  })

  it('tells at once of a quote that is drawn for now, in the middle', () => {
    marbles(kit => {
      timer(10).subscribe(() => {
        kit.broker.quotes('a-b', { a: { bid: 1.2, ask: 1.2002 }, b: { bid: 1.3, ask: 1.3002 } })
      })
      kit.expectObservable(bids(kit)).toBe('s 9ms a-b', { s: 1.1, a: 1.2, b: 1.3 })
    })
  })

  it('tells of a quote in answer to an order, and of no quote twice', () => {
    marbles(kit => {
      kit.broker.quotes('1s a 9s b', { a: { bid: 1.2, ask: 1.2002 }, b: { bid: 1.4, ask: 1.4002 } })
      const seen: string[] = []
      bids(kit).subscribe(bid => {
        seen.push(`${asyncScheduler.now()} ${bid}`)
        // Draws for later, while this one is being told.
        if (bid === 1.2) kit.broker.quotes('5s a', { a: { bid: 1.25, ask: 1.2502 } })
      })
      placeOrder(kit.account, market)
        .pipe(filter(({ status }) => status === 'filled'))
        .subscribe(() => {
          kit.broker.quotes('a', { a: { bid: 1.15, ask: 1.1502 } })
        })
      kit.flush()
      expect(seen).toEqual(['0 1.1', '255 1.15', '1000 1.2', '6000 1.25', '10001 1.4'])
    })
  })

  it('tells those that subscribed before it was drawn, at the start', () => {
    marbles(kit => {
      bids(kit)
        .pipe(take(1))
        .subscribe(() => {
          kit.broker.quotes('a', { a: { bid: 1.2, ask: 1.2002 } })
        })
      kit.expectObservable(bids(kit)).toBe('(sa)', { s: 1.1, a: 1.2 })
    })
  })

  it('triggers pending orders at a quote that is drawn for now', () => {
    marbles(({ broker, account, expectObservable }) => {
      const order = { ...market, type: 'limit', price: { price: 1 } } as const
      const updates$ = placeOrder(account, order).pipe(map(({ status }) => status))
      expectObservable(updates$).toBe('(sa) 996ms (f|)', { s: 'sent', a: 'accepted', f: 'filled' })
      timer(1_000).subscribe(() => {
        broker.quotes('a', { a: { bid: 0.9997, ask: 0.9999 } })
      })
    })
  })

  it('can have its sides drawn one by one', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.quotes('--a', { a: { bid: 1.2 } })
      broker.quotes('--b', { b: { ask: 1.2002 } })
      const sides$ = spots(account, 1).pipe(map(({ bid, ask }) => [bid, ask]))
      expectObservable(sides$).toBe('s-a', { s: [1.1, 1.1002], a: [1.2, 1.2002] })
    })
  })

  it('refuses two prices of a side at one time, because one could not be told', () => {
    marbles(({ broker }) => {
      const quotes = { a: { bid: 1.1 }, b: { bid: 1.04 }, c: { bid: 1.12 } }
      expect(() => {
        broker.quotes('a 5s (bc)', quotes)
      }).toThrow(
        'symbol 1 has two bids at one time, 1.04 and 1.12, 5001 ms after the start: draw them a ms apart',
      )
    })
  })

  it('keeps a side that is not drawn, and symbols that are not', () => {
    marbles(({ broker, account, expectObservable }) => {
      const yen = broker.market.quoteAt(4, MARKET_START).bid / 100_000
      broker.quotes('a---b', { a: { bid: 1.1, ask: 1.1002 }, b: { ask: 1.1003 } })
      broker.quotes('-c', { c: { symbolId: 41, bid: 2_000, ask: 2_000.5 } })
      const asks$ = spots(account, [1, 4]).pipe(map(({ symbolId, bid, ask }) => (symbolId === 1 ? ask : bid)))
      expectObservable(asks$).toBe('(ac)b', { a: 1.1002, b: 1.1003, c: yen })
    })
  })

  it('can be drawn in steps of the time it goes by', () => {
    marbles(
      kit => {
        kit.broker.quotes('a 999ms b', { a: { bid: 1.1 }, b: { bid: 1.2, ask: 1.2002 } })
        kit.expectObservable(bids(kit)).toBe('a 999ms b', { a: 1.1, b: 1.2 })
      },
      { simulator: { speed: 10 } },
    )
  })

  it('refuses a symbol it does not have', () => {
    marbles(({ broker }) => {
      expect(() => {
        broker.quotes('a', { a: { symbolId: 999, bid: 1 } })
      }).toThrow('the market has no symbol 999')
      expect(() => {
        broker.quotes('a', { a: { symbol: 'EURUSD.z', bid: 1 } })
      }).toThrow('the market has no symbol EURUSD.z')
    })
  })

  it('has symbols by their names, also your own', () => {
    marbles(
      ({ broker, account, expectObservable }) => {
        broker.quotes('a-b', {
          a: { symbol: 'EURUSD.x', bid: 1.2, ask: 1.2003 },
          b: { symbol: 'XAUUSD', bid: 2_000, ask: 2_000.5 },
        })
        const asks$ = spots(account, ['EURUSD.x', 'XAUUSD']).pipe(
          skip(2), // the ones that there are
          map(({ ask }) => ask),
        )
        expectObservable(asks$).toBe('--b', { b: 2_000.5 })
        const mine$ = spots(account, 'EURUSD.x').pipe(map(({ bid }) => bid))
        expectObservable(mine$).toBe('a', { a: 1.2 })
      },
      { simulator: { symbols: [{ name: 'EURUSD.x', like: 'EURUSD' }] } },
    )
  })

  it.each([
    [{ Bid: 1.2 }, 'invalid quote: {"Bid":1.2}: Bid is not a field of a quote'],
    [{ bid: 1.2, name: 'XAUUSD' }, 'name is not a field of a quote'],
    [{ bid: 1.2, symbol: 'XAUUSD', symbolId: 41 }, 'it can have a symbol or a symbolId, not both'],
    [{}, 'invalid quote: {}: it must have a bid or an ask'],
    [{ symbolId: 4 }, 'it must have a bid or an ask'],
    [1.1, 'invalid quote: 1.1: it must have a bid or an ask'],
    [{ bid: 1.2, ask: 1.1 }, 'invalid quote: {"bid":1.2,"ask":1.1}: its bid is above its ask'],
  ])('reads quotes strictly: %j', (quote, message) => {
    marbles(({ broker }) => {
      expect(() => {
        broker.quotes('5s a', { a: quote as never })
      }).toThrow(message)
    })
  })

  it.each([
    ['bid', 0],
    ['ask', -1.1],
    ['bid', NaN],
    ['ask', '1.1'],
  ])('names a %s of %s, which is no price', (side, price) => {
    expect(() => {
      marbles(({ broker }) => {
        broker.quotes('a', { a: { [side]: price } })
      })
    }).toThrow(`${side} must be a price, such as 1.1`)
  })

  it('fills orders at the quotes that are drawn', () => {
    marbles(kit => {
      kit.broker.quotes('a 1s b', { a: { bid: 1.1, ask: 1.1002 }, b: { bid: 1.2, ask: 1.2002 } })
      kit.expectObservable(fillAt(2_000, kit)).toBe('2255ms (a|)', { a: 1.2002 })
    })
  })

  it('fills them also at the prices of spot events that are drawn', () => {
    marbles(kit => {
      kit.broker.frames('a', { a: spot({ bid: 1.3, ask: 1.3002 }) })
      kit.expectObservable(fillAt(1_000, kit)).toBe('1255ms (a|)', { a: 1.3002 })
    })
  })

  it('triggers pending orders at the quotes that are drawn, also where they are drawn afterwards', () => {
    marbles(({ broker, account, expectObservable }) => {
      const order = { ...market, type: 'limit', price: { price: 1 } } as const
      const updates$ = placeOrder(account, order).pipe(map(({ status }) => status))
      expectObservable(updates$).toBe('(sa) 4996ms (f|)', { s: 'sent', a: 'accepted', f: 'filled' })
      timer(4_000).subscribe(() => {
        broker.quotes('1s a', { a: { bid: 0.9997, ask: 0.9999 } })
      })
    })
  })

  it('falls and rises by a shift, and goes on from there', () => {
    marbles(kit => {
      kit.broker.quotes('a 9s b', { a: { bid: 1.1, ask: 1.1002 }, b: { ask: 1.3 } })
      timer(1_000).subscribe(() => {
        kit.broker.shift(1, 10_000)
      })
      kit.expectObservable(bids(kit)).toBe('a 1s b 7999ms b', { a: 1.1, b: 1.2 })
    })
  })

  it('has bars and depth of the quotes that are drawn', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.quotes('a 29s b 31s c', {
        a: { bid: 1.1, ask: 1.1002 },
        b: { bid: 1.2, ask: 1.2002 },
        c: { bid: 1.3, ask: 1.3002 },
      })
      const closed$ = candles(account, 1, ProtoOATrendbarPeriod.M1, { history: 1 }).pipe(
        filter(({ closed }) => closed),
        map(({ timestamp, open, high, low, close }) => [timestamp - MARKET_START, open, high, low, close]),
        filter(([since]) => since === 0),
      )
      expectObservable(closed$).toBe('60002ms a', { a: [0, 1.1, 1.2, 1.1, 1.2] })
      const best$ = depth(account, 1).pipe(map(({ bestBid, bestAsk }) => [bestBid?.price, bestAsk?.price]))
      expectObservable(best$).toBe('a 29s b 31s c', { a: [1.1, 1.1002], b: [1.2, 1.2002], c: [1.3, 1.3002] })
    })
  })

  it('has a history of what was drawn, behind that of the simulator', () => {
    marbles(({ broker, account, expectObservable }) => {
      broker.quotes('a 29s b 31s c', {
        a: { bid: 1.1, ask: 1.3002 },
        b: { bid: 1.2 },
        c: { bid: 1.3 },
      })
      const range = { from: MARKET_START - 120_000, to: MARKET_START + 60_000 }
      const opens$ = timer(70_000).pipe(
        concatMap(() => trendbarsBetween(account, { symbol: 1, period: ProtoOATrendbarPeriod.M1, ...range })),
        map(({ items }) => items.map(({ timestamp, close }) => [timestamp - MARKET_START, close])),
      )
      expectObservable(opens$).toBe('70s (a|)', {
        a: [
          [-120_000, expect.any(Number)],
          [-60_000, expect.any(Number)],
          [0, 1.2],
          [60_000, 1.3],
        ],
      })
    })
  })
})
