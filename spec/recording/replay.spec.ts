import { asyncScheduler, firstValueFrom, map, of, take, takeUntil, toArray } from 'rxjs'
import { PayloadType, ProtoOATrendbarPeriod, createClient, depth, trendbarsBetween } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { record, replay } from 'rx-ctrader/recording'
import { inVirtualTime } from '../support/virtualTime'
import { bids, bidsOf, quotes, recorded, replayed, sessionOver } from './replaying'

const live = bidsOf(quotes)

describe('a replay', () => {
  it('is as fast as it is told to be', () => {
    expect(live.length).toBeGreaterThan(20)
    const tenfold = bidsOf(quotes, { speed: 10 })
    expect(tenfold.map(([, bid]) => bid)).toEqual(live.map(([, bid]) => bid))
    tenfold.forEach(([at], i) => {
      expect(Math.abs(at - (live[i]?.[0] ?? 0) / 10)).toBeLessThan(1)
    })
    const atOnce = bidsOf(quotes, { speed: Infinity })
    expect(atOnce).toEqual(live.map(([, bid]) => [0, bid]))
  })

  it('takes no time in real time, where it is told to be as fast as possible', async () => {
    const connect = replay(quotes, { speed: Infinity })
    const client = createClient({ connect, clientId: 'any', clientSecret: 'any', linger: 0 })
    const account = client.account({ accountId: 12345678, accessToken: 'any' })
    const seen = await firstValueFrom(bids(account).pipe(takeUntil(connect.ended$), toArray()))
    expect(seen).toEqual(live.map(([, bid]) => bid))
  })

  it.each(['', '\n \n'])('rejects a text of nothing: %j', text => {
    expect(() => replay(text)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option: 'lines' }) as Error,
    )
  })

  it.each([0, -1, NaN])('rejects a speed of %d', speed => {
    expect(() => replay(quotes, { speed })).toThrow('speed must be a number above 0')
  })

  it('needs neither the ids nor the secrets of then', () => {
    expect(bidsOf(quotes, { random: () => 0.123, clientId: 'other', clientSecret: 'another' })).toEqual(live)
    replayed(
      quotes,
      ({ account, watch, at }) => {
        const seen = watch(bids(account), 59_000)
        at(59_001, () => {
          expect(seen.timed).toEqual(live)
        })
      },
      { nextId: () => '"1"' + String(asyncScheduler.now()) },
      { accessToken: 'other' },
    )
  })

  it('waits up to a second for what was asked, so that nothing of the answer is missed', () => {
    const late = bidsOf(quotes, {}, 700)
    expect(late[0]).toEqual([700, live[0]?.[1]])
    expect(late.map(([, bid]) => bid)).toEqual(live.map(([, bid]) => bid))
    expect(late.filter(([at]) => at > 2_000)).toEqual(live.filter(([at]) => at > 2_000))
  })

  it('waits as long for a program that is late again and again', () => {
    const { PROTO_OA_VERSION_REQ } = PayloadType
    const lines = recorded(({ account, client, watch, at }) => {
      at(1_000, () => {
        watch(client.request(PROTO_OA_VERSION_REQ, {}))
        watch(bids(account), 58_000)
      })
    })
    replayed(lines, ({ account, client, watch, at }) => {
      at(1_900, () => {
        watch(client.request(PROTO_OA_VERSION_REQ, {}))
      })
      at(2_700, () => {
        const { values } = watch(bids(account), 50_000)
        const first = [...lines].find(line => line.includes('"payloadType":2131'))
        at(1, () => {
          expect(values[0]).toBe(Number(/"bid":(\d+)/.exec(first ?? '')?.[1]) / 100_000)
        })
      })
    })
  })

  it('goes on without what is not asked any more, and answers it when it is asked after all', () => {
    const late = bidsOf(quotes, {}, 10_000)
    expect(late.length).toBeGreaterThan(5)
    expect(late.slice(1)).toEqual(live.filter(([at]) => at > 10_000).slice(1 - late.length))
  })

  it('refuses at once what is not in the recording, and tells what', () => {
    replayed(quotes, ({ account, client, watch, at }) => {
      const seen = watch(depth(account, 1), 30_000)
      const version = watch(client.request(PayloadType.PROTO_OA_VERSION_REQ, {}), 30_000)
      at(100, () => {
        for (const { error } of [seen, version])
          expect(error).toMatchObject({ reason: 'Refused', errorCode: 'UNSUPPORTED_MESSAGE' })
        expect(version.error).toHaveProperty('description', 'PROTO_OA_VERSION_REQ is not in the recording')
      })
    })
  })

  it('leaves unanswered what was not answered', () => {
    const { PROTO_OA_VERSION_REQ } = PayloadType
    const lines = recorded(({ broker, client, watch, at }) => {
      at(1_000, () => {
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_VERSION_REQ, takesEffect: false })
        watch(client.request(PROTO_OA_VERSION_REQ, {}))
      })
    })
    replayed(lines, ({ client, watch, at }) => {
      at(1_000, () => {
        const asked = watch(client.request(PROTO_OA_VERSION_REQ, {}))
        at(10_100, () => {
          expect(asked.error).toMatchObject({ reason: 'Timeout' })
        })
      })
    })
  })

  it('knows requests by what they ask, in any order, and of several alike the first', () => {
    const { PROTO_OA_SYMBOL_BY_ID_REQ, PROTO_OA_VERSION_REQ } = PayloadType
    const term = (account: Account, id: number) =>
      account
        .request(PROTO_OA_SYMBOL_BY_ID_REQ, { symbolId: [id] })
        .pipe(map(({ symbol = [] }) => symbol.map(({ symbolId }) => symbolId)))
    const lines = recorded(({ account, client, watch, at }) => {
      at(1_000, () => {
        watch(term(account, 1))
        watch(term(account, 4))
        watch(client.request(PROTO_OA_VERSION_REQ, {}))
      })
      at(2_000, () => {
        watch(client.request(PROTO_OA_VERSION_REQ, {}))
      })
    })
    replayed(lines, ({ account, client, watch, at }) => {
      at(1_000, () => {
        const yen = watch(term(account, 4))
        const euro = watch(term(account, 1))
        const first = watch(client.request(PROTO_OA_VERSION_REQ, {}))
        const second = watch(client.request(PROTO_OA_VERSION_REQ, {}))
        const third = watch(client.request(PROTO_OA_VERSION_REQ, {}))
        at(3_000, () => {
          expect(yen.values).toEqual([[4]])
          expect(euro.values).toEqual([[1]])
          expect([first, second].map(({ timed }) => timed[0]?.[0])).toEqual([1_020, 2_020])
          expect(String(third.error)).toContain('not in the recording')
        })
      })
    })
  })

  it('knows requests that differ by time alone by that, where it is still the same', () => {
    const { PROTO_OA_GET_TRENDBARS_REQ } = PayloadType
    const noon = Date.UTC(2026, 0, 7, 12)
    const first = (account: Account, fromTimestamp: number) =>
      account
        .request(PROTO_OA_GET_TRENDBARS_REQ, { symbolId: 1, period: 1, fromTimestamp, toTimestamp: noon })
        .pipe(map(({ trendbar = [] }) => trendbar.length))
    const lines = recorded(({ account, watch, at }) => {
      at(1_000, () => {
        watch(first(account, noon - 120_000))
        watch(first(account, noon - 300_000))
      })
    })
    replayed(lines, ({ account, watch, at }) => {
      at(1_000, () => {
        const long = watch(first(account, noon - 300_000))
        const short = watch(first(account, noon - 120_000))
        at(1_000, () => {
          expect([long.values, short.values]).toEqual([[6], [3]])
        })
      })
    })
  })

  it('answers requests of history with that of then, whenever now is', () => {
    const range = (now: number) => ({ from: now - 610_000, to: now - 10_000 })
    const minutes = { symbol: 1, period: ProtoOATrendbarPeriod.M1 } as const
    let then: unknown[] = []
    const lines = recorded(({ broker, account, watch }) => {
      then = watch(
        trendbarsBetween(account, { ...minutes, ...range(broker.now()) }).pipe(map(({ items }) => items)),
      ).values
    })
    replayed(lines, ({ account, watch, at }) => {
      const { values } = watch(
        trendbarsBetween(account, { ...minutes, ...range(Date.UTC(2026, 0, 7, 12) + 1_000) }).pipe(
          map(({ items }) => items),
        ),
      )
      at(5_000, () => {
        expect(then).toHaveLength(1)
        expect(values).toEqual(then)
      })
    })
  })

  it('authenticates any account, also beyond the recording, and is quiet then', () => {
    replayed(quotes, ({ account, client, watch, at, ended$ }) => {
      const ended = watch(ended$)
      const beats = watch(client.on(PayloadType.HEARTBEAT_EVENT), 300_000)
      const states = watch(account.authenticated$.pipe(map(({ status }) => status)), 300_000)
      at(299_000, () => {
        expect(ended.timed).toEqual([[60_000, undefined]])
        expect(ended.completed).toBe(true)
        expect(watch(ended$).values).toEqual([undefined])
        expect(states.values.at(-1)).toBe('authenticated')
        expect(beats.values.length).toBeGreaterThan(4)
      })
    })
  })

  it('loses lines when they were lost, the same way, and has the next for the next', () => {
    const lines = recorded(({ broker, account, watch, at }) => {
      watch(bids(account), 59_000)
      at(20_000, () => {
        broker.close(1001, 'Going away')
      })
    })
    replayed(lines, ({ account, client, watch, at, ended$ }) => {
      const causes: string[] = []
      const over = watch(ended$, 61_000)
      client.connection$.pipe(takeUntil(ended$)).subscribe(state => {
        if (state.status === 'reconnecting') causes.push(`${asyncScheduler.now()} ${state.cause.message}`)
      })
      const seen = watch(bids(account), 59_000)
      at(61_000, () => {
        expect(causes).toEqual(['20010 connection lost: closed with 1001 "Going away"'])
        expect(over.timed).toEqual([[59_020, undefined]])
        expect(seen.timed.filter(([ms]) => ms > 21_000).length).toBeGreaterThan(5)
      })
    })
  })

  it('ends with a line that was lost in the end', () => {
    const lines = recorded(({ broker, at }) => {
      at(20_000, broker.drop)
    }).filter(line => Number(/"at":(\d+)/.exec(line)?.[1]) <= 20_010)
    replayed(lines, ({ watch, at, ended$ }) => {
      const { timed } = watch(ended$)
      at(30_000, () => {
        expect(timed).toEqual([[20_010, undefined]])
      })
    })
  })

  it('waits with its end for a client that has left', () => {
    inVirtualTime(time => {
      const connect = replay(quotes)
      const { account, watch, at } = sessionOver(time, connect)
      const { timed } = watch(connect.ended$)
      watch(bids(account).pipe(take(2)))
      at(90_000, () => {
        expect(timed).toEqual([])
        watch(account.authenticated$, 1_000)
      })
      at(91_000, () => {
        expect(timed).toEqual([[90_000, undefined]])
      })
    })
  })

  it('is for one client at a time, and says so to another', () => {
    inVirtualTime(time => {
      const connect = replay(quotes)
      const first = sessionOver(time, connect)
      const second = sessionOver(time, connect)
      const seen = time.watch(bids(first.account), 59_000)
      const refused = time.watch(second.client.appAuth$)
      time.at(59_001, () => {
        expect(String(refused.error)).toContain(
          'connect is a replay that already has a client: make one replay per client',
        )
        expect(seen.timed).toEqual(live)
        const third = time.watch(sessionOver(time, connect).client.appAuth$, 100)
        time.at(1, () => {
          expect(third.values).toHaveLength(1)
        })
      })
    })
  })

  it('names its account to a program that asks for another', () => {
    const { PROTO_OA_TRADER_REQ } = PayloadType
    const said = (lines: readonly string[]): unknown => {
      let error: unknown
      replayed(lines, ({ client, watch, at }) => {
        const seen = watch(client.request(PROTO_OA_TRADER_REQ, { ctidTraderAccountId: 999 }))
        at(1_000, () => {
          error = seen.error
        })
      })
      return error
    }
    expect(said(quotes)).toHaveProperty(
      'description',
      'PROTO_OA_TRADER_REQ is not in the recording for account 999; it has 12345678',
    )
    expect(said([])).toHaveProperty('description', 'PROTO_OA_TRADER_REQ is not in the recording')
  })

  it('can begin in the middle, where the recording does', () => {
    const middle = quotes.filter(line => Number(/"at":(\d+)/.exec(line)?.[1]) > 5_000)
    replayed([JSON.stringify({ at: 5_000, line: 'opened' }), ...middle], ({ account, client, watch, at }) => {
      const states = watch(account.authenticated$.pipe(map(({ status }) => status)), 30_000)
      const events = watch(client.on(PayloadType.PROTO_OA_SPOT_EVENT), 30_000)
      at(29_000, () => {
        expect(states.values.at(-1)).toBe('authenticated')
        expect(events.values.length).toBeGreaterThan(5)
      })
    })
  })

  it('renews tokens as it was done then', () => {
    const lines: string[] = []
    inVirtualTime(time => {
      const broker = createSimulator({ latency: 10 })
      const { client, account } = sessionOver(time, broker.connect, {}, { refreshToken: 'demo-refresh' })
      record(client).subscribe(line => lines.push(line))
      broker.fault({ kind: 'tokenExpiry' })
      time.watch(account.accountAuth$, 60_000)
    })
    const saved: string[] = []
    replayed(
      lines,
      ({ account, watch, at }) => {
        const states = watch(account.authenticated$.pipe(map(({ status }) => status)), 30_000)
        at(1_000, () => {
          expect(states.values.at(-1)).toBe('authenticated')
          expect(saved).toEqual(['[redacted]'])
        })
      },
      {},
      {
        accessToken: 'mine',
        refreshToken: 'mine-too',
        saveTokens: ({ accessToken }) => {
          saved.push(accessToken)
          return of(undefined)
        },
      },
    )
  })
})

describe('what is to be replayed', () => {
  it.each([
    ['nonsense', 1],
    ['{"at":1,"line":"connecting"}\n\n{"at":1}', 3],
    ['{"at":"1","line":"opened"}', 1],
    ['{"line":"opened"}', 1],
    ['{"at":1,"line":"sideways"}', 1],
    ['{"at":1,"direction":"in"}', 1],
    ['{"at":1,"direction":"up","frame":{}}', 1],
    ['null', 1],
  ])('is a recording, and not %j', (text, number) => {
    expect(() => replay(text.split('\n'))).toThrow(`lines are not a recording: line ${number} is invalid`)
  })

  it('is a text or its lines, from Windows, too', () => {
    const text = [...quotes, ''].join('\n')
    expect(bidsOf(text)).toEqual(live)
    expect(bidsOf(text.replaceAll('\n', '\r\n'))).toEqual(live)
    expect(bidsOf(`\ufeff${text}`)).toEqual(live)
    expect(() => replay('{"at":1,"line":"connecting"}\nnonsense\n{"at":2,"line":"closed"}')).toThrow('line 2')
  })

  it('may break off in its last line', () => {
    const text = quotes.join('\n')
    const last = quotes.at(-1) ?? ''
    for (const left of [1, 10, last.length - 1])
      expect(bidsOf(text.slice(0, left - last.length))).toEqual(live)
    expect(() => replay('{"at":1,"line":"conn')).toThrow('line 1 is invalid')
  })

  it('may have been of no line at all', () => {
    replayed([], ({ account, watch, at }) => {
      const states = watch(account.authenticated$.pipe(map(({ status }) => status)), 1_000)
      at(100, () => {
        expect(states.values.at(-1)).toBe('authenticated')
      })
    })
  })

  it('is lost without words where nothing is known of it', () => {
    const lines = ['{"at":0,"line":"connecting"}', '{"at":5,"line":"lost","close":{"code":1},"detail":3}']
    replayed(lines, ({ client, watch, at }) => {
      const seen = watch(client.connection$.pipe(take(3)))
      at(100, () => {
        expect(seen.timed.at(-1)).toMatchObject([
          5,
          { status: 'reconnecting', cause: { message: 'connection lost' } },
        ])
      })
    })
  })

  it('may have texts that are no messages', () => {
    const lines = [
      '{"at":0,"line":"connecting"}',
      '{"at":0,"line":"opened"}',
      '{"at":1,"direction":"out","frame":"{broken"}',
      '{"at":1,"direction":"out","frame":{}}',
      '{"at":5,"direction":"in","frame":"{broken"}',
    ]
    replayed(lines, ({ client, watch, at }) => {
      const { timed } = watch(client.rejected$.pipe(map(({ text }) => text)))
      at(100, () => {
        expect(timed).toEqual([[5, '{broken']])
      })
    })
  })
})
