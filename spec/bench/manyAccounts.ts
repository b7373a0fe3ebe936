/**
 * A thousand accounts on twenty lines in one process, over an hour of virtual time. It measures the memory of an account,
 * the values that come to consumers in a second of this machine, and whether the memory stays the same.
 */
import assert from 'node:assert'
import { NEVER, Subject, Subscription, asyncScheduler, concat, interval, observeOn, of } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { createClient, positions, spots, warmUp } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import { conclude } from './measure'

const ACCOUNTS = 1_000
const LINES = 20
const GRANTS = 100
const SYMBOLS = 10
const SECOND = 1_000
/** Until all are ready and code and buffers have their sizes. */
const WARM = 600 * SECOND
const HOUR = 3_600 * SECOND
/** How much more memory may be in use after the hour, in MB. */
const GROWTH = 5
const PER_ACCOUNT = 330
const EVENTS = 50_000

const collect = globalThis.gc
if (!collect) throw new Error('needs --expose-gc')
const usedMb = (): number => {
  collect()
  return process.memoryUsage().heapUsed / 1_000_000
}

const tokenOf = (accountId: number): string => `token-${accountId % GRANTS}`
const ids = Array.from({ length: ACCOUNTS }, (_, index) => index + 1)
const accountsOf = (accessToken = ''): readonly number[] => ids.filter(id => tokenOf(id) === accessToken)

interface Line {
  readonly say: (payloadType: number, payload: object, clientMsgId?: string) => void
}

/** The line on which an account is, since its authentication. */
const lineOf = new Map<number, Line>()
let spotSubscriptions = 0

/** A server that knows what accounts need to be ready. The simulator would take memory of its own. */
const answer = (line: Line, payloadType: number, payload: Readonly<Record<string, unknown>>): object => {
  const { accessToken, ctidTraderAccountId = 0 } = payload as {
    accessToken?: string
    ctidTraderAccountId?: number
  }
  const whose = { ctidTraderAccountId }
  switch (payloadType) {
    case 2102:
      lineOf.set(ctidTraderAccountId, line)
      return whose
    case 2116:
      return {
        ...whose,
        symbol: (payload['symbolId'] as number[]).map(symbolId => ({ symbolId, digits: 5, pipPosition: 4 })),
      }
    case 2121:
      return { ...whose, trader: { ...whose, balance: 1_000_000, depositAssetId: 15 } }
    case 2127:
      spotSubscriptions += 1
      return whose
    case 2149:
      return {
        accessToken,
        permissionScope: 1,
        ctidTraderAccount: accountsOf(accessToken).map(id => ({ ctidTraderAccountId: id, isLive: false })),
      }
    default:
      return whose
  }
}

const connect: Connect = () => {
  const frame$ = new Subject<string>()
  const line: Line = {
    say: (payloadType, payload, clientMsgId) => {
      frame$.next(JSON.stringify({ payloadType, clientMsgId, payload }))
    },
  }
  const send = (text: string): void => {
    const { clientMsgId, payload, payloadType } = JSON.parse(text) as {
      clientMsgId?: string
      payload?: Record<string, unknown>
      payloadType: number
    }
    if (payloadType === 51) line.say(51, {})
    else line.say(payloadType + 1, answer(line, payloadType, payload ?? {}), clientMsgId)
  }
  return concat(of({ frame$: frame$.pipe(observeOn(asyncScheduler)), send }), NEVER)
}

new TestScheduler(assert.deepEqual).run(() => {
  const at = (ms: number, act: () => void): void => {
    asyncScheduler.schedule(act, ms)
  }
  const before = usedMb()
  const client = createClient({
    connect,
    clientId: 'bench',
    clientSecret: 'bench',
    lines: LINES,
    linger: 0,
    feedOf: () => 'prices',
  })
  let ready = 0
  let consumed = 0
  const consume = (): void => {
    consumed += 1
  }
  const symbolIds = Array.from({ length: SYMBOLS }, (_, index) => index + 1)
  const running = new Subscription()
  for (const accountId of ids) {
    const account = client.account({ accountId, accessToken: tokenOf(accountId) })
    running.add(
      warmUp(account, { symbols: [1] }).subscribe(isReady => {
        ready += isReady ? 1 : 0
      }),
    )
    running.add(positions(account).subscribe(consume))
    running.add(spots(account, symbolIds).subscribe(consume))
  }

  let sent = 0
  /** Each second a quote of a symbol on the line that carries them, and what ten accounts have done. */
  running.add(
    interval(SECOND).subscribe(second => {
      const carrier = lineOf.get(1)
      sent += 1
      carrier?.say(2131, {
        ctidTraderAccountId: 1,
        symbolId: 1 + (second % SYMBOLS),
        bid: 110_000 + (second % 97),
        ask: 110_010 + (second % 97),
        timestamp: second * SECOND,
      })
      for (let n = 0; n < 10; n += 1) {
        const ctidTraderAccountId = 1 + ((second * 10 + n) % ACCOUNTS)
        const isOpen = Math.floor((second * 10) / ACCOUNTS) % 2 === 0
        const position = {
          positionId: ctidTraderAccountId,
          positionStatus: isOpen ? 1 : 2,
          swap: 0,
          tradeData: { symbolId: 1, volume: isOpen ? 100_000 : 0, tradeSide: 1 },
        }
        sent += 1
        lineOf.get(ctidTraderAccountId)?.say(2126, {
          ctidTraderAccountId,
          executionType: 3,
          position,
          isServerEvent: false,
        })
      }
    }),
  )

  let warm = NaN
  let began = 0n
  let consumedBefore = 0
  at(WARM, () => {
    assert.equal(ready, ACCOUNTS)
    assert.equal(spotSubscriptions, 1)
    warm = usedMb()
    consumedBefore = consumed
    began = process.hrtime.bigint()
  })
  at(WARM + HOUR, () => {
    const seconds = Number(process.hrtime.bigint() - began) / 1e9
    const events = consumed - consumedBefore
    const after = usedMb()
    running.unsubscribe()
    const perAccount = ((warm - before) * 1_000) / ACCOUNTS
    // Each quote has a thousand consumers.
    assert.ok(events > (HOUR / SECOND) * ACCOUNTS * 0.99)
    conclude(`${ACCOUNTS} accounts on ${LINES} lines, over an hour of virtual time`, 'value', [
      {
        name: 'heap of an account that is ready, kB',
        figures: {},
        bounded: { value: perAccount, atMost: PER_ACCOUNT },
      },
      { name: 'heap grown in the hour, MB', figures: {}, bounded: { value: after - warm, atMost: GROWTH } },
      {
        name: 'values a second to their consumers',
        figures: {},
        bounded: { value: events / seconds, atLeast: EVENTS },
      },
      { name: 'frames from the server', figures: { sent } },
    ])
  })
})
