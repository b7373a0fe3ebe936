import { map } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { ClientOptions, Connect } from 'rx-ctrader'
import type { ReplayOptions } from 'rx-ctrader/recording'
import { bids, recorded, replayed } from './replaying'

const { ERROR_RES, PROTO_OA_ERROR_RES } = PayloadType

type Timed = readonly (readonly [number, unknown])[]

/** What a client sees of a recording: the bids, and what the line did, each with its time. */
const seen = (
  lines: Iterable<string>,
  { until = 200_000, ...options }: Partial<ClientOptions> & ReplayOptions & { until?: number } = {},
): { readonly quotes: Timed; readonly states: Timed } => {
  let sight: { readonly quotes: Timed; readonly states: Timed } = { quotes: [], states: [] }
  replayed(
    lines,
    ({ account, client, watch }) => {
      sight = {
        quotes: watch(bids(account), until).timed,
        states: watch(
          client.connection$.pipe(
            map(state =>
              state.status === 'reconnecting' ? `${state.status}: ${state.cause.message}` : state.status,
            ),
          ),
          until - 1,
        ).timed,
      }
    },
    options,
  )
  return sight
}
const valuesOf = (timed: Timed): readonly unknown[] => timed.map(([, value]) => value)
const bidsIn = (lines: readonly string[]): readonly unknown[] => valuesOf(seen(lines).quotes)

describe('a replay to a client that comes sooner than it did', () => {
  it('keeps every line for it until the line is there', () => {
    const lines = recorded(
      ({ broker, account, watch, at }) => {
        watch(bids(account), 179_000)
        at(20_000, () => {
          const errorCode = 'CH_SERVER_NOT_REACHABLE'
          broker.fault({
            kind: 'refuse',
            payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
            errorCode,
            times: 6,
          })
          broker.drop()
        })
      },
      { random: () => 0.99, length: 180_000 },
    )
    const then = seen(lines, { random: () => 0.99 })
    const sooner = seen(lines, { random: () => 0.01 })
    expect(valuesOf(sooner.states)).toContain('reconnecting: connection lost: not open within 15000 ms')
    expect(then.quotes.filter(([at]) => at > 100_000).length).toBeGreaterThan(20)
    expect(sooner.quotes).toEqual(then.quotes)
  })

  it('has the next for it after one that never was', () => {
    const lines = [
      '{"at":0,"line":"connecting"}',
      '{"at":15000,"line":"closed"}',
      '{"at":20000,"line":"connecting"}',
      '{"at":20010,"line":"opened"}',
    ]
    expect(seen(lines, { until: 30_000 }).states.slice(-3)).toEqual([
      [15_000, 'reconnecting: connection lost: not open within 15000 ms'],
      [15_500, 'connecting'],
      [20_010, 'connected'],
    ])
  })
})

describe('a replay at another date', () => {
  /** The same, as if it had been recorded so much later. */
  const dated = (lines: readonly string[], later: number): readonly string[] =>
    lines.map(line =>
      line
        .replace(/"at":(\d+)/, (_, at) => `"at":${Number(at) + later}`)
        .replace(/("maintenanceEndTimestamp":)(\d+)/, (_, field: string, end) => {
          const inSeconds = line.includes('"payloadType":2142')
          return `${field}${Number(end) + (inSeconds ? later / 1_000 : later)}`
        }),
    )
  const MONTHS = Date.UTC(2026, 0, 7, 12)

  it.each([ERROR_RES, PROTO_OA_ERROR_RES] as const)(
    'has the client wait for the end of a maintenance that a %d tells',
    carrier => {
      const lines = recorded(
        ({ broker, account, watch, at }) => {
          watch(bids(account), 179_000)
          at(20_000, () => {
            broker.fault({ kind: 'maintenance', seconds: 60, drops: true, carrier })
          })
        },
        { length: 180_000 },
      )
      const then = seen(lines)
      expect(then.states.at(-1)).toEqual([81_010, 'connected'])
      expect(then.quotes.filter(([at]) => at > 100_000).length).toBeGreaterThan(20)
      expect(dated(lines, MONTHS).join()).toContain('"maintenanceEndTimestamp":17677')
      expect(seen(dated(lines, MONTHS))).toEqual(then)
      expect(seen(lines, { speed: Infinity }).states).toContainEqual([1_500, 'connected'])
    },
  )
})

describe('a replay of a server that writes JSON with spaces', () => {
  it('gives the answers the ids of now all the same', () => {
    const spaced = (text: string): string =>
      JSON.stringify(JSON.parse(text), null, 1).replaceAll(/\n\s*/g, ' ').replaceAll(':', ' :')
    const over =
      (connect: Connect): Connect =>
      () =>
        connect().pipe(map(({ frame$, send }) => ({ frame$: frame$.pipe(map(spaced)), send })))
    const lines = recorded(
      ({ account, watch }) => {
        watch(bids(account), 59_000)
      },
      { over },
    )
    expect(lines.join()).toContain('"{ \\"payloadType\\" : 2101, \\"clientMsgId\\" : ')
    const then = seen(lines)
    expect(then.quotes.length).toBeGreaterThan(20)
    expect(seen(lines, { nextId: nextIds() })).toEqual(then)
    replayed(lines, ({ account, watch, at }) => {
      at(10_000, () => {
        const late = watch(bids(account), 49_000)
        at(49_001, () => {
          expect(late.values.length).toBeGreaterThan(5)
        })
      })
    })
  })
})

const nextIds = (): (() => string) => {
  let last = 0
  return () => `another-${(last += 1)}`
}

describe('a replay that is slower than it was', () => {
  const quiet = recorded(({ account, watch }) => {
    watch(bids(account), 59_000)
  }).filter(line => {
    const at = Number(/"at":(\d+)/.exec(line)?.[1])
    return !line.includes('"payloadType":2131') || at < 1_000 || at > 40_000
  })

  it('keeps the line alive where prices are far between', () => {
    const slow = seen(quiet, { speed: 0.25, until: 238_000 })
    expect(valuesOf(slow.states)).toEqual(['connecting', 'connected'])
    expect(slow.quotes.length).toBeGreaterThan(5)
    expect(valuesOf(slow.quotes)).toEqual(bidsIn(quiet))
  })

  it('beats only then', () => {
    replayed(quiet, ({ account, client, watch, at }) => {
      watch(bids(account), 59_000)
      const beats = watch(client.on(PayloadType.HEARTBEAT_EVENT), 59_000)
      at(59_001, () => {
        expect(quiet.join()).not.toContain('"in","frame":{"payloadType":51}')
        expect(beats.values).toEqual([])
      })
    })
  })

  it('beats only while there is more to come', () => {
    const lines = recorded(
      ({ broker, account, watch, at }) => {
        watch(bids(account), 119_000)
        at(20_000, () => {
          broker.fault({ kind: 'silence' })
        })
      },
      { length: 120_000 },
    )
    const slow = seen(lines, { speed: 0.5, until: 239_500 })
    expect(valuesOf(slow.states)).toContain('reconnecting: connection lost: nothing received for 45000 ms')
    expect(slow.quotes.filter(([at]) => at > 130_000).length).toBeGreaterThan(5)
    expect(valuesOf(slow.quotes)).toEqual(bidsIn(lines))
  })
})
