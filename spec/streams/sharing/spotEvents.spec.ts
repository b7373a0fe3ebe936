import { asyncScheduler, switchMap } from 'rxjs'
import {
  PayloadType,
  ProtoOATrendbarPeriod,
  candles,
  createClient,
  depthEvents,
  spotEvents,
  symbols,
} from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { scene } from '../../support/accountScene'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_ACCOUNT_AUTH_REQ } = PayloadType

const EURUSD = 1

const GBPUSD = 2

const NO_SYMBOL = 4711

const { M1 } = ProtoOATrendbarPeriod

const SPOTS = PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ

const NO_SPOTS = PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ

describe('spotEvents', () => {
  it('subscribes once for two consumers; the first to leave sends nothing, the last one unsubscribe', () => {
    scene(({ account, asked, at, subscribed, watch }) => {
      const first = watch(spotEvents(account, EURUSD), 5_000)
      const second = watch(spotEvents(account, EURUSD), 10_000)
      at(4_000, () => {
        expect(first.values.length).toBeGreaterThan(0)
        expect(second.values).toEqual(first.values)
        expect(first.values[0]).toMatchObject({ symbolId: EURUSD, timestamp: expect.any(Number) as unknown })
        expect(asked()).toEqual([SPOTS])
      })
      at(6_000, () => {
        expect(asked()).toEqual([])
        expect(subscribed().spots).toEqual([EURUSD])
      })
      at(11_000, () => {
        expect(asked()).toEqual([NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('gives a late consumer what comes from then on, without asking again', () => {
    scene(({ account, asked, at, watch }) => {
      const early = watch(spotEvents(account, EURUSD), 60_000)
      at(30_000, () => {
        const before = early.values.length
        const late = watch(spotEvents(account, EURUSD), 20_000)
        at(19_000, () => {
          expect(late.values.length).toBeGreaterThan(0)
          expect(late.values).toEqual(early.values.slice(before))
          expect(asked()).toEqual([SPOTS])
        })
      })
    })
  })

  it('goes on after a lost line, and sends nothing down the dead one', () => {
    scene(({ account, asked, at, broker, subscribed, watch, wire }) => {
      const seen = watch(spotEvents(account, EURUSD), 20_000)
      watch(spotEvents(account, GBPUSD), 5_100)
      let before = 0
      at(5_000, () => {
        expect(asked()).toEqual([SPOTS])
        broker.drop()
        before = seen.values.length
      })
      at(5_400, () => {
        // One consumer has left meanwhile: there is nothing to give back.
        expect(wire.lines.open).toBe(0)
        expect(asked()).toEqual([])
      })
      at(19_000, () => {
        expect(asked()).toEqual([SPOTS])
        expect(subscribed().spots).toEqual([EURUSD])
        expect(seen.values.length).toBeGreaterThan(before)
      })
    })
  })

  it('covers everything, once, when the line drops again during the restore', () => {
    scene(({ account, asked, at, broker, subscribed, watch }) => {
      const seen = [EURUSD, GBPUSD].map(symbolId => watch(spotEvents(account, symbolId), 30_000))
      let before: number[] = []
      at(5_000, () => {
        asked()
        broker.drop()
      })
      // The next line opens 500 ms later; both authentications and the answer to a subscription take 20 ms each.
      at(5_575, () => {
        expect(asked()).toEqual([SPOTS])
        expect(subscribed().spots).toEqual([EURUSD, GBPUSD])
        broker.drop()
        before = seen.map(({ values }) => values.length)
      })
      at(29_000, () => {
        expect(asked()).toEqual([SPOTS])
        expect(subscribed().spots).toEqual([EURUSD, GBPUSD])
        seen.forEach(({ values }, index) => {
          expect(values.length).toBeGreaterThan(before[index] ?? NaN)
        })
      })
    })
  })

  it('errors for a symbol the account does not have, and for no other', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const unknown = watch(spotEvents(account, NO_SYMBOL), 60_000)
      const known = watch(spotEvents(account, EURUSD), 60_000)
      at(5_000, () => {
        expect(unknown.error).toMatchObject({ reason: 'Refused', errorCode: 'SYMBOL_NOT_FOUND' })
        expect(known.error).toBeUndefined()
        // Both at once were refused, so each was asked for alone. What was never had is not given back either.
        expect(asked()).toEqual([SPOTS, SPOTS, SPOTS])
        broker.drop()
      })
      at(59_000, () => {
        expect(asked()).toEqual([SPOTS])
        expect(known.timed.at(-1)?.[0]).toBeGreaterThan(10_000)
      })
    })
  })

  it('does not hold up the others when one symbol is refused during the restore', () => {
    scene(({ account, asked, at, broker, subscribed, watch }) => {
      const seen = [EURUSD, GBPUSD].map(symbolId => watch(spotEvents(account, symbolId), 30_000))
      at(5_000, () => {
        asked()
        broker.drop()
        // That for both, and the next one, for the first alone.
        broker.fault({ kind: 'refuse', payloadType: SPOTS, errorCode: 'UNKNOWN_ERROR', times: 2 })
      })
      at(5_900, () => {
        expect(asked()).toEqual([SPOTS, SPOTS, SPOTS])
        expect(subscribed().spots).toEqual([GBPUSD])
      })
      at(29_000, () => {
        expect(asked()).toEqual([SPOTS])
        expect(subscribed().spots).toEqual([EURUSD, GBPUSD])
        expect(seen[0]?.timed.at(-1)?.[0]).toBeGreaterThan(7_000)
      })
    })
  })

  it('subscribes anew where it was subscribed already, as the prices are told only then (B1)', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const raw = watch(
        account.accountAuth$.pipe(
          switchMap(link => link.request(SPOTS, { ctidTraderAccountId: 12345678, symbolId: [EURUSD] })),
        ),
        30_000,
      )
      at(100, () => {
        expect(raw.values).toHaveLength(1)
        const seen = watch(spotEvents(account, EURUSD), 29_000)
        at(1_000, () => {
          expect(asked()).toEqual([SPOTS, SPOTS, NO_SPOTS, SPOTS])
          broker.shift(EURUSD, 1_000)
        })
        at(28_000, () => {
          expect(seen.error).toBeUndefined()
          expect(seen.values.length).toBeGreaterThan(0)
          expect(asked()).toEqual([])
        })
      })
    })
  })

  it('asks again with growing pauses where it is refused for the time being', () => {
    scene(({ account, at, broker, watch, wire }) => {
      broker.fault({ kind: 'refuse', payloadType: SPOTS, errorCode: 'CANT_ROUTE_REQUEST', times: 7 })
      const times: number[] = []
      const seen = watch(spotEvents(account, EURUSD), 200_000)
      const look = (): void => {
        while (times.length < wire.sentTypes().filter(type => type === SPOTS).length)
          times.push(asyncScheduler.now())
      }
      for (let ms = 0; ms < 200_000; ms += 500) at(ms, look)
      at(199_000, () => {
        const pauses = times.slice(1).map((ms, index) => Math.round((ms - (times[index] ?? 0)) / 1_000))
        expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30])
        expect(seen.values.length).toBeGreaterThan(0)
      })
    })
  })

  it('asks again where the answer does not come', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'swallow', payloadType: SPOTS, takesEffect: true })
      const seen = watch(spotEvents(account, EURUSD), 30_000)
      at(29_000, () => {
        expect(asked()).toEqual([SPOTS, SPOTS, NO_SPOTS, SPOTS])
        expect(seen.timed[0]?.[0]).toBeGreaterThan(11_000)
      })
    })
  })

  it('subscribes again where the server forgets the account on a healthy line', () => {
    scene(({ account, asked, at, broker, subscribed, watch, wire }) => {
      const seen = watch(spotEvents(account, EURUSD), 30_000)
      at(5_000, () => {
        broker.fault({ kind: 'accountDisconnect', accountId: 12345678 })
        expect(subscribed().spots).toEqual([])
      })
      at(29_000, () => {
        expect(asked()).toEqual([SPOTS, SPOTS])
        expect(subscribed().spots).toEqual([EURUSD])
        expect(wire.lines.opened).toBe(1)
        expect(seen.timed.at(-1)?.[0]).toBeGreaterThan(7_000)
      })
    })
  })

  it('leaves nothing on the server when its consumer goes while the request waits in its lane', () => {
    scene(
      ({ account, asked, at, subscribed, watch }) => {
        at(1_500, () => {
          for (let n = 0; n < 3; n++) watch(account.request(PayloadType.PROTO_OA_TRADER_REQ, {}))
          watch(spotEvents(account, EURUSD), 500)
        })
        at(20_000, () => {
          expect(asked()).not.toContain(SPOTS)
          expect(subscribed().spots).toEqual([])
        })
      },
      {},
      { rateLimits: { live: 3, historical: 1 } },
    )
  })

  it('leaves nothing on the server when its consumer goes before the answer', () => {
    scene(({ account, asked, at, subscribed, watch }) => {
      at(1_000, () => {
        watch(spotEvents(account, EURUSD), 5)
      })
      at(20_000, () => {
        expect(asked()).toEqual([SPOTS, NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('gives nothing back where the last consumer leaves while the line is away', () => {
    scene(({ account, asked, at, broker, subscribed, watch }) => {
      watch(spotEvents(account, EURUSD), 5_300)
      at(5_000, broker.drop)
      at(20_000, () => {
        expect(asked()).toEqual([SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('gives back where the last consumer leaves while only the event says that the account is gone', () => {
    scene(({ account, asked, at, broker, subscribed, watch }) => {
      watch(spotEvents(account, EURUSD), 5_300)
      at(5_000, () => {
        broker.fault({ kind: 'accountDisconnect', accountId: 12345678, spurious: true })
      })
      at(20_000, () => {
        expect(asked()).toEqual([SPOTS, NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('gives back also where the account is back only long after the consumer has left', () => {
    scene(({ account, asked, at, broker, subscribed, watch }) => {
      watch(account.accountAuth$, 120_000)
      watch(spotEvents(account, EURUSD), 5_300)
      at(5_000, () => {
        broker.fault({
          kind: 'refuse',
          payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
          errorCode: 'CANT_ROUTE_REQUEST',
          times: 5,
        })
        broker.fault({ kind: 'accountDisconnect', accountId: 12345678, spurious: true })
      })
      at(119_000, () => {
        expect(asked()).toEqual([SPOTS, NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('gives back again where that was refused for the time being, or not answered', () => {
    scene(({ account, asked, at, broker, subscribed, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: NO_SPOTS, errorCode: 'UNKNOWN_ERROR' })
      broker.fault({ kind: 'swallow', payloadType: NO_SPOTS, takesEffect: false })
      broker.fault({ kind: 'swallow', payloadType: NO_SPOTS, takesEffect: true })
      watch(spotEvents(account, EURUSD), 5_000)
      at(60_000, () => {
        // The last was refused because there was nothing any more.
        expect(asked()).toEqual([SPOTS, NO_SPOTS, NO_SPOTS, NO_SPOTS, NO_SPOTS])
        expect(subscribed().spots).toEqual([])
      })
    })
  })

  it('does not take from the next consumer what waits to be given back', () => {
    scene(({ account, at, broker, subscribed, watch }) => {
      at(1_000, () => {
        broker.fault({ kind: 'rateLimit', payloadType: NO_SPOTS, retryAfter: 3 })
        watch(spotEvents(account, EURUSD), 2_000)
      })
      at(3_500, () => {
        const next = watch(spotEvents(account, EURUSD), 50_000)
        at(49_000, () => {
          expect(subscribed().spots).toEqual([EURUSD])
          expect(next.timed.at(-1)?.[0]).toBeGreaterThan(40_000)
        })
      })
    })
  })

  describe('whose last consumer leaves while the account is away', () => {
    const twoAccounts: SimulatorOptions = {
      latency: 200,
      accounts: [1, 2].map(accountId => ({
        accountId,
        isLive: false,
        traderLogin: accountId,
        brokerTitleShort: 'Test',
      })),
      grants: [1, 2].map(accountId => ({
        accessToken: `${accountId}`,
        refreshToken: `r${accountId}`,
        accountIds: [accountId],
        permissionScope: 1,
      })),
    }

    it('is given back when that is back, which is no later for it, and no other account knows of it', () => {
      scene(({ at, broker, client, watch, wire }) => {
        const [one, other] = [1, 2].map(accountId =>
          client.account({ accountId, accessToken: `${accountId}` }),
        )
        if (!one || !other) throw new Error('there are two')
        const states = watch(one.authenticated$, 12_000)
        watch(spotEvents(one, EURUSD), 5_300)
        watch(symbols(other), 2_000)
        watch(spotEvents(other, EURUSD), 12_000)
        at(5_000, () => {
          broker.fault({ kind: 'accountDisconnect', accountId: 1 })
        })
        at(8_000, () => {
          watch(symbols(other), 1_000)
        })
        at(11_000, () => {
          expect(states.timed.slice(-3)).toEqual([
            [5_200, expect.objectContaining({ status: 'reconnecting' })],
            [5_700, { status: 'authenticatingAccount' }],
            [6_100, { status: 'authenticated', accountId: 1 }],
          ])
          const asked = wire.sentTypes()
          expect(asked.filter(type => type === PayloadType.PROTO_OA_SYMBOLS_LIST_REQ)).toHaveLength(1)
          expect(asked.filter(type => type === NO_SPOTS)).toHaveLength(1)
          expect(asked.indexOf(NO_SPOTS)).toBeGreaterThan(asked.lastIndexOf(PROTO_OA_ACCOUNT_AUTH_REQ))
        })
      }, twoAccounts)
    })

    it('is not given back where that has failed for good', () => {
      scene(({ asked, at, broker, client, watch }) => {
        const [one, other] = [1, 2].map(accountId =>
          client.account({ accountId, accessToken: `${accountId}` }),
        )
        if (!one || !other) throw new Error('there are two')
        watch(other.accountAuth$, 20_000)
        const seen = [
          watch<unknown>(candles(one, EURUSD, M1)),
          watch<unknown>(spotEvents(one, GBPUSD)),
          watch<unknown>(depthEvents(one, EURUSD)),
        ]
        watch(spotEvents(one, GBPUSD + 1), 5_300)
        at(5_000, () => {
          asked()
          broker.fault({ kind: 'tokenExpiry', accountId: 1 })
          broker.fault({ kind: 'accountDisconnect', accountId: 1 })
        })
        at(19_000, () => {
          for (const { error } of seen) expect(error).toMatchObject({ reason: 'Refused' })
          expect(asked()).toEqual([])
        })
      }, twoAccounts)
    })

    it('does not keep that, and the line, for longer than half a minute', () => {
      scene(({ at, broker, client, watch, wire }) => {
        const account = client.account({ accountId: 1, accessToken: '1' })
        watch(spotEvents(account, EURUSD), 5_300)
        at(5_000, () => {
          broker.fault({ kind: 'accountDisconnect', accountId: 1 })
          broker.fault({
            kind: 'refuse',
            payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
            errorCode: 'CANT_ROUTE_REQUEST',
            times: 1_000,
          })
        })
        at(36_000, () => {
          expect(wire.sentTypes()).not.toContain(NO_SPOTS)
          expect(wire.lines.open).toBe(0)
        })
      }, twoAccounts)
    })
  })

  it('is of one account alone', () => {
    const accounts = [11, 22].map(accountId => ({
      accountId,
      isLive: false,
      traderLogin: accountId,
      brokerTitleShort: 'Test',
    }))
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator({
        accounts,
        grants: [{ accessToken: 't', refreshToken: 'r', accountIds: [11, 22], permissionScope: 1 }],
      })
      const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
      const seen = [11, 22].map(accountId =>
        watch(spotEvents(client.account({ accountId, accessToken: 't' }), EURUSD), 20_000),
      )
      at(19_000, () => {
        expect(broker.lines()[0]?.subscriptions.map(({ spots }) => spots)).toEqual([[EURUSD], [EURUSD]])
        const owners = seen.map(({ values }) => new Set(values.map(value => value.ctidTraderAccountId)))
        expect(owners).toEqual([new Set([11]), new Set([22])])
      })
    })
  })
})
