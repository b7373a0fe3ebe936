/** What is in use while a year of minutes of one symbol is folded. */
import { NEVER, Subject, concat, lastValueFrom, of, reduce } from 'rxjs'
import { PayloadType, ProtoOATrendbarPeriod, createClient, trendbarsBetween } from 'rx-ctrader'
import { accountId } from './frames'
import { conclude } from './measure'

const MINUTE = 60_000
const FROM = Date.UTC(2025, 0, 1)
const TO = Date.UTC(2026, 0, 1) - 1
/** What the server gives in one answer. */
const CHUNK = 14_000
const BOUND = 10

const collect = globalThis.gc
if (!collect) throw new Error('needs --expose-gc')
const used = (): number => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1_000_000
}

interface Asked {
  readonly payloadType: number
  readonly clientMsgId?: string
  readonly payload: { readonly fromTimestamp: number; readonly toTimestamp: number }
}

/** A market that never closes: a bar for each minute, the newest of a range, oldest first. */
const barsOf = ({ fromTimestamp, toTimestamp }: Asked['payload']): object => {
  const first = Math.ceil(fromTimestamp / MINUTE)
  const last = Math.floor(toTimestamp / MINUTE)
  const begin = Math.max(first, last - CHUNK + 1)
  return {
    period: ProtoOATrendbarPeriod.M1,
    trendbar: Array.from({ length: Math.max(0, last - begin + 1) }, (_, n) => ({
      volume: 100 + (n % 97),
      low: 113_900 + (n % 31),
      deltaOpen: 10 + (n % 7),
      deltaClose: 20 + (n % 11),
      deltaHigh: 60 + (n % 13),
      utcTimestampInMinutes: begin + n,
    })),
    symbolId: 1,
    hasMore: begin > first,
  }
}

const frame$ = new Subject<string>()
let answers = 0
const send = (text: string): void => {
  const { payloadType, clientMsgId, payload } = JSON.parse(text) as Asked
  if (payloadType === PayloadType.HEARTBEAT_EVENT) return
  const isBars = payloadType === PayloadType.PROTO_OA_GET_TRENDBARS_REQ
  if (isBars) answers += 1
  setImmediate(() => {
    const answer = { ctidTraderAccountId: accountId, ...(isBars && barsOf(payload)) }
    frame$.next(JSON.stringify({ payloadType: payloadType + 1, clientMsgId, payload: answer }))
  })
}

const account = createClient({
  connect: () => concat(of({ frame$, send }), NEVER),
  clientId: 'bench',
  clientSecret: 'bench',
}).account({ accountId, accessToken: 'bench' })

/** Looks at the memory while a page is held: the one that is folded, and those that wait behind it. */
const fold = (from: number, to: number) =>
  lastValueFrom(
    trendbarsBetween(account, { symbol: 1, period: ProtoOATrendbarPeriod.M1, from, to }).pipe(
      reduce(
        ({ bars, high, most, next }, { items }) => {
          if (items[0]?.timestamp !== next) throw new Error('there is a hole, or something comes twice')
          return {
            bars: bars + items.length,
            high: items.reduce((highest, bar) => Math.max(highest, bar.high), high),
            most: Math.max(most, used()),
            next: (items.at(-1)?.timestamp ?? NaN) + MINUTE,
          }
        },
        { bars: 0, high: 0, most: 0, next: from },
      ),
    ),
  )

const measure = async (): Promise<void> => {
  // Code that is compiled on the way stays, and is no leak.
  await fold(FROM, FROM + 30 * 24 * 60 * MINUTE - 1)
  const before = used()
  answers = 0
  const { bars, most } = await fold(FROM, TO)
  if (bars !== 365 * 24 * 60) throw new Error(`${bars} bars came`)
  conclude('the most in use while it is folded page by page, in MB', 'grown by', [
    {
      name: `a year of M1, ${bars.toLocaleString('en')} bars`,
      figures: { answers, before, most },
      bounded: { value: most - before, atMost: BOUND },
    },
  ])
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
