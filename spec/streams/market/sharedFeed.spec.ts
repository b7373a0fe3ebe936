import { EMPTY, NEVER, catchError, map, merge, switchMap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  candles,
  createClient,
  depth,
  depthEvents,
  serverTime,
  spotEvents,
  spots,
  trendbarEvents,
} from 'rx-ctrader'
import type { Account, ClientOptions } from 'rx-ctrader'
import { MARKET_START, marbles, request } from 'rx-ctrader/testing'
import type { Marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import type { Scene } from '../../support/accountScene'
import { actAt, containing, sent } from '../../support/drawn'
import { manyAccounts } from '../../support/manyAccounts'

const [EURUSD, GBPUSD] = [1, 2]
const [SECOND, THIRD] = [2, 3]
const { M1 } = ProtoOATrendbarPeriod
const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_GET_TRENDBARS_REQ,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
} = PayloadType

const SPOTS = [PROTO_OA_SUBSCRIBE_SPOTS_REQ, PROTO_OA_UNSUBSCRIBE_SPOTS_REQ] as const

const subscribe = (ctidTraderAccountId: number, ...symbolId: number[]) =>
  request(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId, symbolId, subscribeToSpotTimestamp: true })
const unsubscribe = (ctidTraderAccountId: number, ...symbolId: number[]) =>
  request(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, { ctidTraderAccountId, symbolId })

const bars = (
  payloadType: typeof PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ | typeof PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ,
  ctidTraderAccountId: number,
) => request(payloadType, { ctidTraderAccountId, symbolId: EURUSD, period: M1 })

const bookRequest = (
  payloadType: typeof PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ | typeof PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
  ctidTraderAccountId: number,
) => request(payloadType, { ctidTraderAccountId, symbolId: [EURUSD] })

interface Floor extends Marbles {
  readonly second: Account
  readonly third: Account
}

/** Three accounts, each on a line of its own. The first two are of one feed, and authenticated from the start. */
const floor = (play: (floor: Floor) => void, client: Partial<ClientOptions> = {}): void => {
  const tokenOf = (id: number): string => (id === ACCOUNT ? 'demo' : `token-${id}`)
  marbles(
    kit => {
      const [second, third] = [SECOND, THIRD].map(accountId =>
        kit.client.account({ accountId, accessToken: tokenOf(accountId) }),
      )
      if (!second || !third) throw new Error('an account is missing')
      second.authenticated$.subscribe()
      play({ ...kit, second, third })
    },
    {
      simulator: manyAccounts([ACCOUNT, SECOND, THIRD], tokenOf),
      client: {
        lines: 3,
        linger: 0,
        feedOf: ({ accountId }) => (accountId === THIRD ? undefined : 'prices'),
        ...client,
      },
    },
  )
}

/** Two accounts of a feed on one line, whose messages take a while. */
const pair = (play: (scene: Scene & { readonly second: Account }) => void): void => {
  scene(
    given => {
      play({ ...given, second: given.client.account({ accountId: SECOND, accessToken: 'second' }) })
    },
    manyAccounts([ACCOUNT, SECOND], id => (id === SECOND ? 'second' : 'demo')),
    { feedOf: () => 'prices' },
  )
}

const bids = (account: Account, symbolId = EURUSD): Observable<number> =>
  spots(account, symbolId).pipe(map(({ bid }) => bid))

const drawn = Object.freeze({ b: { bid: 1.2, ask: 1.2002 }, c: { bid: 1.3, ask: 1.3002 } })
const bid = { a: 1.1, b: 1.2, c: 1.3 }

describe('the accounts of a feed', () => {
  it('have the quotes of one subscription, and others subscribe for themselves', () => {
    floor(({ account, broker, expectObservable, expectRequests, second, third }) => {
      broker.quotes('3s b 2999ms c', drawn)
      for (const one of [account, second, third])
        expectObservable(bids(one), '^ 9s !').toBe('a 2999ms b 2999ms c', bid)
      expectRequests(...SPOTS).toBe('(at) 8997ms (xy)', {
        a: subscribe(ACCOUNT, EURUSD),
        t: subscribe(THIRD, EURUSD),
        x: unsubscribe(ACCOUNT, EURUSD),
        y: unsubscribe(THIRD, EURUSD),
      })
    })
  })

  it('have events with their own ids', () => {
    floor(({ account, broker, expectObservable, second }) => {
      broker.quotes('3s b', drawn)
      const idOf = ({ ctidTraderAccountId }: { readonly ctidTraderAccountId: number }) => ctidTraderAccountId
      for (const one of [account, second]) {
        const own = { b: one.accountId }
        expectObservable(spotEvents(one, EURUSD).pipe(map(idOf)), '3s ^ 1s !').toBe('3s (b)', own)
        expectObservable(depthEvents(one, EURUSD).pipe(map(idOf)), '3s ^ 1s !').toBe('3s b', own)
      }
    })
  })

  it('are carried by the next one when the first has left: its subscription is given back, and the quotes come again', () => {
    floor(({ account, broker, expectObservable, expectRequests, second }) => {
      broker.quotes('3s b 2999ms c', drawn)
      expectObservable(bids(account), '^ 5s !').toBe('a 2999ms b', bid)
      expectObservable(bids(second), '^ 9s !').toBe('a 2999ms b 2s b 998ms c', bid)
      expectRequests(...SPOTS).toBe('a 5s (xb) 3996ms y', {
        a: subscribe(ACCOUNT, EURUSD),
        x: unsubscribe(ACCOUNT, EURUSD),
        b: subscribe(SECOND, EURUSD),
        y: unsubscribe(SECOND, EURUSD),
      })
    })
  })

  it('are carried by the next one at once when the line of the first is lost, and it stays so', () => {
    floor(({ account, broker, expectObservable, expectRequests, second }) => {
      broker.faults('2s d', { d: { kind: 'drop', on: { accountId: ACCOUNT } } })
      broker.quotes('3s b 29s c', drawn)
      // Both have them, also the one whose line is lost.
      for (const one of [account, second])
        expectObservable(bids(one), '^ 40s !').toBe('a 1999ms a 999ms b 29s c', bid)
      expectRequests(...SPOTS).toBe('a 1999ms b 38s y', {
        a: subscribe(ACCOUNT, EURUSD),
        b: subscribe(SECOND, EURUSD),
        y: unsubscribe(SECOND, EURUSD),
      })
    })
  })

  it('are carried by the next one when the session of the first ends on its line', () => {
    floor(({ account, broker, expectObservable, expectRequests, second }) => {
      broker.faults('2s a')
      broker.quotes('3s b', drawn)
      for (const one of [account, second])
        expectObservable(bids(one), '^ 9s !').toBe('a 1999ms a 999ms b', bid)
      expectRequests(...SPOTS).toBe('a 1999ms b 499ms x 6500ms y', {
        a: subscribe(ACCOUNT, EURUSD),
        b: subscribe(SECOND, EURUSD),
        // What the server has kept of the former session is not known.
        x: unsubscribe(ACCOUNT, EURUSD),
        y: unsubscribe(SECOND, EURUSD),
      })
    })
  })

  it('go on when the one that carries them is logged out, which alone has the error and stays so', () => {
    floor(kit => {
      const { account, broker, expectObservable, expectRequests, second } = kit
      broker.quotes('3s b', drawn)
      actAt(kit, '2s l', { l: () => account.logout().subscribe() })
      expectObservable(bids(account), '^ 9s !').toBe(
        'a 1999ms #',
        bid,
        containing({ reason: 'SessionEnded' }),
      )
      expectObservable(bids(second), '^ 9s !').toBe('a 1999ms a 999ms b', bid)
      expectRequests(PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_ACCOUNT_LOGOUT_REQ, ...SPOTS).toBe(
        '(oap) 1995ms (lb) 6997ms y',
        {
          o: sent(PROTO_OA_ACCOUNT_AUTH_REQ),
          p: sent(PROTO_OA_ACCOUNT_AUTH_REQ),
          a: subscribe(ACCOUNT, EURUSD),
          l: sent(PROTO_OA_ACCOUNT_LOGOUT_REQ),
          b: subscribe(SECOND, EURUSD),
          y: unsubscribe(SECOND, EURUSD),
        },
      )
    })
  })

  it('do not log in the one that was logged out, also if the server does not answer', () => {
    pair(({ account, at, broker, second, watch, wire }) => {
      const seen = watch(merge(bids(account).pipe(catchError(() => EMPTY)), bids(second)), 20_000)
      at(2_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_ACCOUNT_LOGOUT_REQ, takesEffect: false })
        watch(account.logout().pipe(catchError(() => EMPTY)))
      })
      at(19_000, () => {
        expect(seen.error).toBeUndefined()
        const logins = wire.sent.filter(({ payloadType }) => payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
        expect(logins).toHaveLength(2)
      })
    })
  })

  it('give back what is subscribed by one that leaves, also if it was logged out before', () => {
    pair(({ account, at, broker, second, watch }) => {
      watch(bids(account).pipe(catchError(() => EMPTY)))
      at(1_000, () => {
        watch(account.logout())
      })
      const spotsOf = (): unknown[] =>
        broker
          .lines()
          .flatMap(({ subscriptions }) => subscriptions.map(({ accountId, spots: of }) => [accountId, of]))
      at(2_000, () => {
        watch(account.authenticated$)
        watch(bids(account), 2_000)
      })
      at(3_000, () => {
        expect(spotsOf()).toEqual([[ACCOUNT, [EURUSD]]])
        watch(bids(second))
      })
      at(5_000, () => {
        expect(spotsOf()).toEqual([
          [ACCOUNT, []],
          [SECOND, [EURUSD]],
        ])
      })
    })
  })

  it('are silent while no account has a line, and right again with the first that has one', () => {
    floor(({ account, broker, expectObservable, expectRequests, second }) => {
      broker.faults('2s (de)', {
        d: { kind: 'drop', on: { accountId: ACCOUNT } },
        e: { kind: 'drop', on: { accountId: SECOND } },
      })
      broker.quotes('2500ms b', drawn)
      for (const one of [account, second]) expectObservable(bids(one), '^ 9s !').toBe('a 2499ms b', bid)
      expectRequests(...SPOTS).toBe('a 1999ms s 499ms a 6500ms y', {
        a: subscribe(ACCOUNT, EURUSD),
        // Its line is lost in the same moment.
        s: subscribe(SECOND, EURUSD),
        y: unsubscribe(ACCOUNT, EURUSD),
      })
    })
  })

  it('keep a consumer that leaves and returns in the same turn, without a request', () => {
    floor(({ account, broker, expectObservable, expectRequests, second }) => {
      broker.quotes('3s b', drawn)
      const again$ = timer(0, 2_000).pipe(switchMap(() => bids(account)))
      expectObservable(again$, '^ 3500ms !').toBe('a 1999ms a 999ms b', bid)
      expectObservable(bids(second), '^ 3500ms !').toBe('a 2999ms b', bid)
      expectRequests(...SPOTS).toBe('a 3500ms x', {
        a: subscribe(ACCOUNT, EURUSD),
        x: unsubscribe(ACCOUNT, EURUSD),
      })
    })
  })

  it('subscribe each symbol once, also one that another account wants', () => {
    floor(({ account, expectObservable, expectRequests, second }) => {
      expectObservable(bids(account), '^ 5s !').toBe('a', bid)
      expectObservable(spots(second, GBPUSD).pipe(map(({ symbolId }) => symbolId)), '1s ^ 5s !').toBe(
        '1s g 4s g',
        {
          g: GBPUSD,
        },
      )
      expectRequests(...SPOTS).toBe('a 999ms b 4s (xc) 996ms z', {
        a: subscribe(ACCOUNT, EURUSD),
        b: subscribe(ACCOUNT, GBPUSD),
        x: unsubscribe(ACCOUNT, EURUSD, GBPUSD),
        c: subscribe(SECOND, GBPUSD),
        z: unsubscribe(SECOND, GBPUSD),
      })
    })
  })
})

describe('the bars and books of a feed', () => {
  it('move with its spots: bars are given back before them, and no bar is missing', () => {
    floor(({ account, broker, expectObservable, expectRequests, second }) => {
      broker.quotes('3s b 66s c', drawn)
      const closes = (one: Account) =>
        candles(one, EURUSD, M1).pipe(map(({ close, closed, late }) => `${close} ${closed} ${late}`))
      const letters = {
        a: '1.1 false false',
        o: '1.1 true false',
        b: '1.2 false false',
        x: '1.2 true false',
        c: '1.3 false false',
      }
      expectObservable(closes(account), '^ 5s !').toBe('a 2999ms (ob)', letters)
      expectObservable(closes(second), '^ 90s !').toBe('a 2999ms (ob) 65997ms (xc)', letters)
      expectRequests().toBe('(sbh) 4996ms (zytih) 84993ms (vw)', {
        s: subscribe(ACCOUNT, EURUSD),
        b: bars(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, ACCOUNT),
        h: sent(PROTO_OA_GET_TRENDBARS_REQ),
        z: bars(PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, ACCOUNT),
        y: unsubscribe(ACCOUNT, EURUSD),
        t: subscribe(SECOND, EURUSD),
        i: bars(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, SECOND),
        v: bars(PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ, SECOND),
        w: unsubscribe(SECOND, EURUSD),
      })
    })
  })

  it('move with the account that carries them: the whole book comes again', () => {
    floor(({ account, broker, expectObservable, expectRequests, second }) => {
      broker.quotes('3s b', drawn)
      const best = (one: Account) => depth(one, EURUSD).pipe(map(({ bestBid }) => bestBid?.price))
      const whole = depthEvents(second, EURUSD).pipe(map(event => event.whole === true))
      expectObservable(best(account), '^ 5s !').toBe('a 2999ms b', bid)
      expectObservable(best(second), '^ 9s !').toBe('a 2999ms b 2s b', bid)
      expectObservable(whole, '^ 9s !').toBe('t 2999ms f 2s t', { t: true, f: false })
      expectRequests().toBe('a 5s (xb) 3996ms y', {
        a: bookRequest(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, ACCOUNT),
        x: bookRequest(PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ, ACCOUNT),
        b: bookRequest(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, SECOND),
        y: bookRequest(PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ, SECOND),
      })
    })
  })

  it('are there for all: trendbarEvents, and the time of the server in the quotes', () => {
    floor(({ account, broker, expectObservable, second }) => {
      broker.quotes('3s b 2999ms c', drawn)
      expectObservable(bids(account), '^ 9s !').toBe('a 2999ms b 2999ms c', bid)
      const bar$ = trendbarEvents(second, EURUSD, M1).pipe(map(({ period }) => period))
      expectObservable(bar$, '2s ^ 7s !').toBe('3s a 2999ms a', { a: M1 })
      const time$ = serverTime(second).pipe(map(time => (time > MARKET_START ? time - MARKET_START : 'ours')))
      expectObservable(time$, '2s ^ 7s !').toBe('2s a 3999ms c', { a: 'ours', c: 6_000 })
    })
  })
})

describe('the option feedOf', () => {
  const options = { connect: () => NEVER, clientId: 'demo', clientSecret: 'demo' }

  it('must be a function that gives a text or nothing', () => {
    const wrong = { ...options, feedOf: 'prices' } as unknown as ClientOptions
    expect(() => createClient(wrong)).toThrow(/feedOf/)
    const client = createClient({ ...options, feedOf: (() => 7) as never })
    expect(() => client.account({ accountId: 1, accessToken: 'one' })).toThrow(/feedOf/)
  })

  it('does not let an account that cannot log in stop the others', () => {
    floor(({ broker, client, expectObservable, second }) => {
      const stranger = client.account({ accountId: ACCOUNT, accessToken: 'wrong' })
      broker.quotes('3s b', drawn)
      expectObservable(bids(stranger)).toBe('#', {}, containing({ errorCode: 'CH_ACCESS_TOKEN_INVALID' }))
      expectObservable(bids(second), '^ 9s !').toBe('a 2999ms b', bid)
    })
  })
})
