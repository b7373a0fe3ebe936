import { EMPTY, NEVER, Subject, concat, of, throwError } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  createClient,
  depthEvents,
  live,
  trendbarEvents,
  spotEvents,
} from 'rx-ctrader'
import type { Link } from 'rx-ctrader'
import { establish } from '../../../src/streams/sharing/establish'
import { shareByKey } from '../../../src/streams/sharing/shareByKey'
import { scene } from '../../support/accountScene'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_APPLICATION_AUTH_REQ } = PayloadType

const EURUSD = 1

const GBPUSD = 2

const { M1, H1 } = ProtoOATrendbarPeriod

const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ

const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ

const BARS = PayloadType.PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ

const NO_BARS = PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ

const DEPTH = PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ

const NO_DEPTH = PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ

describe('trendbarEvents', () => {
  it('subscribes the spots before the bars, and gives the bars back before the spots', () => {
    scene(({ account, asked, at, subscribed, watch }) => {
      const seen = watch(trendbarEvents(account, EURUSD, M1), 30_000)
      at(29_000, () => {
        expect(asked()).toEqual([SPOTS, BARS])
        expect(seen.values.length).toBeGreaterThan(0)
        expect(new Set(seen.values.map(({ period }) => period))).toEqual(new Set([M1]))
      })
      at(31_000, () => {
        expect(asked()).toEqual([NO_BARS, NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('shares the spots with all other consumers', () => {
    scene(({ account, asked, at, subscribed, watch }) => {
      watch(spotEvents(account, EURUSD), 20_000)
      watch(trendbarEvents(account, EURUSD, M1), 10_000)
      watch(trendbarEvents(account, EURUSD, H1), 15_000)
      at(9_000, () => {
        expect(asked()).toEqual([SPOTS, BARS, BARS])
      })
      at(14_000, () => {
        expect(asked()).toEqual([NO_BARS])
      })
      at(19_000, () => {
        expect(asked()).toEqual([NO_BARS])
        expect(subscribed().spots).toEqual([EURUSD])
      })
      at(21_000, () => {
        expect(asked()).toEqual([NO_SPOTS])
      })
    })
  })

  it('is restored after its spots, each symbol on its own', () => {
    scene(({ account, at, broker, watch, wire }) => {
      const seen = [EURUSD, GBPUSD].map(symbolId => watch(trendbarEvents(account, symbolId, M1), 60_000))
      at(5_000, () => {
        broker.drop()
        broker.fault({ kind: 'refuse', payloadType: SPOTS, errorCode: 'UNKNOWN_ERROR', times: 2 })
      })
      at(59_000, () => {
        const restored = wire.sent
          .filter(({ payloadType }) => payloadType === SPOTS || payloadType === BARS)
          .slice(3)
          .map(({ payloadType, payload }) => [payloadType, payload?.['symbolId']])
        expect(restored).toEqual([
          [SPOTS, [EURUSD, GBPUSD]],
          [SPOTS, [EURUSD]],
          [SPOTS, [GBPUSD]],
          [BARS, GBPUSD],
          [SPOTS, [EURUSD]],
          [BARS, EURUSD],
        ])
        for (const { timed } of seen) expect(timed.at(-1)?.[0]).toBeGreaterThan(10_000)
      })
    })
  })

  it('for a consumer that comes while its spots are subscribed again waits for them', () => {
    scene(({ account, at, broker, watch }) => {
      watch(spotEvents(account, EURUSD), 60_000)
      at(5_000, () => {
        broker.fault({ kind: 'accountDisconnect', accountId: 12345678 })
        broker.fault({ kind: 'refuse', payloadType: SPOTS, errorCode: 'UNKNOWN_ERROR' })
      })
      // The account is back since 5.5 s, and its spots will be from 6.5 s on.
      at(6_000, () => {
        const seen = watch(trendbarEvents(account, EURUSD, M1), 50_000)
        at(49_000, () => {
          expect(seen.error).toBeUndefined()
          expect(seen.values.length).toBeGreaterThan(0)
        })
      })
    })
  })

  it('for a consumer that comes while the account is away asks nothing before it is back', () => {
    scene(({ account, asked, at, broker, watch }) => {
      watch(spotEvents(account, EURUSD), 60_000)
      at(5_000, () => {
        asked()
        broker.fault({ kind: 'accountDisconnect', accountId: 12345678 })
      })
      at(5_100, () => {
        const seen = watch(trendbarEvents(account, EURUSD, M1), 50_000)
        at(300, () => {
          expect(asked()).toEqual([])
        })
        at(49_000, () => {
          expect(asked()).toEqual([SPOTS, BARS])
          expect(seen.values.length).toBeGreaterThan(0)
        })
      })
    })
  })
})

describe('depthEvents', () => {
  it('subscribes once, again after a lost line, and not any more after the last consumer', () => {
    scene(({ account, asked, at, broker, subscribed, watch }) => {
      const seen = [10_000, 20_000].map(until => watch(depthEvents(account, EURUSD), until))
      at(4_000, () => {
        expect(asked()).toEqual([DEPTH])
        expect(seen[0]?.values[0]?.newQuotes?.length).toBeGreaterThan(1)
        expect(seen[1]?.values).toEqual(seen[0]?.values)
        broker.drop()
      })
      at(19_000, () => {
        expect(asked()).toEqual([DEPTH])
        expect(subscribed().depth).toEqual([EURUSD])
        expect(seen[1]?.timed.at(-1)?.[0]).toBeGreaterThan(10_000)
      })
      at(21_000, () => {
        expect(asked()).toEqual([NO_DEPTH])
        expect(subscribed().depth).toEqual([])
      })
    })
  })

  it('begins with the whole book also where the first one came before anybody knew', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'swallow', payloadType: DEPTH, takesEffect: true })
      const seen = watch(depthEvents(account, EURUSD), 30_000)
      at(29_000, () => {
        expect(asked()).toEqual([DEPTH, DEPTH, NO_DEPTH, DEPTH])
        const [book] = seen.values
        expect(book?.newQuotes?.length).toBeGreaterThan(5)
        expect(book?.deletedQuotes).toBeUndefined()
      })
    })
  })
})

describe('live', () => {
  const oneLink = (): Link => ({ closed$: NEVER }) as unknown as Link

  it('emits each link on which it is established', () => {
    inVirtualTime(({ hot, watch, at }) => {
      const links = [oneLink(), oneLink()] as const
      const seen = watch(
        live(hot('a-b', { a: links[0], b: links[1] }), {
          open: link => (link === links[0] ? NEVER : EMPTY),
          close: () => NEVER,
        }),
        10,
      )
      at(9, () => {
        expect(seen.values).toEqual([links[1]])
        expect(seen.completed).toBe(false)
      })
    })
  })

  it('errors with what the links error', () => {
    inVirtualTime(({ hot, watch, at }) => {
      const seen = watch(
        live(hot<Link>('-#', undefined, new Error('failed')), { open: () => NEVER, close: () => NEVER }),
        10,
      )
      at(9, () => {
        expect(seen.error).toEqual(new Error('failed'))
      })
    })
  })

  it('asks nothing on a line that is lost, and does not mistake that for a refusal', () => {
    inVirtualTime(({ watch, at }) => {
      const server = scriptedServer(obliging)
      const account = createClient({
        connect: server.connect,
        clientId: 'demo',
        clientSecret: 'demo',
        random: () => 0.5,
      }).account({ accountId: 1, accessToken: 't' })
      const seen = watch(spotEvents(account, EURUSD), 5_000)
      at(1_000, () => {
        server.lines[0]?.end()
      })
      at(4_000, () => {
        expect(server.lines.map(({ heard }) => heard.map(({ payloadType }) => payloadType))).toEqual([
          [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ, SPOTS],
          [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ, SPOTS],
        ])
        expect(seen.error).toBeUndefined()
      })
    })
  })
})

describe('established', () => {
  it('tells also where it is to be established again, through all that stands on it', () => {
    inVirtualTime(({ cold, hot, watch, at }) => {
      const link = { closed$: NEVER } as unknown as Link
      const subscribing = { open: () => cold('--|'), close: () => EMPTY }
      const seen = watch(establish(establish(hot('a---a', { a: link }), subscribing), subscribing), 20)
      at(19, () => {
        expect(seen.timed).toEqual([
          [0, undefined],
          [2, undefined],
          [4, undefined],
          [6, undefined],
          [8, link],
        ])
      })
    })
  })

  it('gives back first where the release for an earlier consumer was pending', () => {
    inVirtualTime(({ watch }) => {
      const link = { closed$: NEVER } as unknown as Link
      const sent: string[] = []
      const send = (what: string) => () => {
        sent.push(what)
        return EMPTY
      }
      const subscribing = { open: send('open'), close: send('close') }
      const established$ = establish(concat(of(link), NEVER), subscribing, { mayClose: () => NEVER })
      watch(established$).unsubscribe()
      expect(sent).toEqual(['open'])
      watch(established$)
      expect(sent).toEqual(['open', 'close', 'open'])
    })
  })
})

describe('sharedBy', () => {
  it('makes one for an owner and a key, and gives late consumers the latest value', () => {
    const made: string[] = []
    const shared = shareByKey<number>()
    const source$ = new Subject<number>()
    const one$ = (owner: object, key: string) =>
      shared(owner, key, () => {
        made.push(key)
        return source$
      })
    const [one, other] = [{}, {}]
    const heard: number[] = []
    const first = one$(one, 'a').subscribe()
    source$.next(1)
    const second = one$(one, 'a').subscribe(value => heard.push(value))
    expect(heard).toEqual([1])
    expect(made).toEqual(['a'])
    for (const another$ of [one$(one, 'b'), one$(other, 'a')]) another$.subscribe().unsubscribe()
    expect(made).toEqual(['a', 'b', 'a'])
    first.unsubscribe()
    second.unsubscribe()
    expect(source$.observed).toBe(false)
    one$(one, 'a').subscribe(value => heard.push(value))
    // What was of the time before is forgotten.
    expect(heard).toEqual([1])
  })

  it('keeps nothing of what has failed, and still makes one for who asked before that and who asks after', () => {
    const shared = shareByKey<number>()
    const owner = {}
    const failing$ = shared(owner, 'a', () => throwError(() => new Error('there is none')))
    const errors: unknown[] = []
    failing$.subscribe({ error: (error: unknown) => errors.push(error) })
    expect(errors).toEqual([new Error('there is none')])
    let made = 0
    const later$ = shared(owner, 'a', () => {
      made += 1
      return concat(of(made), NEVER)
    })
    const heard: number[] = []
    for (const each$ of [later$, failing$, later$]) each$.subscribe(value => heard.push(value))
    expect(heard).toEqual([1, 1, 1])
  })
})
