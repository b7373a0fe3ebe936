import {
  EMPTY,
  catchError,
  concatMap,
  delayWhen,
  filter,
  firstValueFrom,
  forkJoin,
  from,
  map,
  merge,
  switchMap,
  take,
  timer,
} from 'rxjs'
import type { Observable } from 'rxjs'
import {
  PayloadType,
  ProtoOATradeSide,
  createClient,
  pips,
  placeOrder,
  spots,
  units,
  webSocketConnect,
} from 'rx-ctrader'
import type { Account, Client, Connect } from 'rx-ctrader'
import { paper } from 'rx-ctrader/backtest'
import type { HistoryTick, Strategy } from 'rx-ctrader/backtest'
import { serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { resultOf } from '../backtest/support'

jest.setTimeout(40_000)

const SECOND = 1_000
/** A Wednesday to come, so that the client does not compare the schedule with its own clock. */
const START = Date.UTC(2031, 0, 8, 12)

/** A price a second, so that each order is executed long before the next one. */
const moves = [0, 15, -2, 14, -16, -15, 17, 3, -20, 0]
const ticks: readonly HistoryTick[] = moves.map((_, i) => {
  const points = 110_000 + 10 * moves.slice(0, i + 1).reduce((sum, move) => sum + move, 0) + (i % 3)
  return { timestamp: START + i * SECOND, bid: points / 100_000, ask: (points + 8) / 100_000 }
})
const history = [{ symbol: 'EURUSD', ticks }]
const fills = { latency: 100 }

/** Trades at each price, by its last digit. */
const whim: Strategy = account =>
  spots(account, 'EURUSD').pipe(
    concatMap(({ bid }) =>
      placeOrder(account, {
        type: 'market',
        symbol: 'EURUSD',
        side: Math.round(bid * 100_000) % 2 === 0 ? 'buy' : 'sell',
        volume: units(1_000),
        stopLoss: pips(10),
        takeProfit: pips(10),
      }).pipe(catchError(() => EMPTY)),
    ),
  )

interface Told {
  readonly side: 'buy' | 'sell'
  readonly entryPrice: number
  readonly exitPrice: number
  readonly net: number
}

const authenticated = (account: Account): Observable<unknown> =>
  account.authenticated$.pipe(
    filter(({ status }) => status === 'authenticated'),
    take(1),
  )

/** The closed trades of an account, at a time after the start of its strategy. */
const tradesAfter = (account: Account, ms: number): Observable<readonly Told[]> =>
  merge(
    authenticated(account).pipe(
      switchMap(() => from(whim(account, {}))),
      switchMap(() => EMPTY),
    ),
    timer(ms).pipe(
      switchMap(() =>
        account.request(PayloadType.PROTO_OA_DEAL_LIST_REQ, {
          fromTimestamp: START,
          toTimestamp: START + 3_600_000,
        }),
      ),
    ),
  ).pipe(
    take(1),
    map(({ deal = [] }) =>
      [...deal].reverse().flatMap(({ closePositionDetail: detail, tradeSide, executionPrice = 0 }) =>
        detail
          ? [
              {
                side: tradeSide === ProtoOATradeSide.SELL ? ('buy' as const) : ('sell' as const),
                entryPrice: detail.entryPrice,
                exitPrice: executionPrice,
                net: Number(((detail.grossProfit + detail.commission + detail.swap) / 100).toFixed(2)),
              },
            ]
          : [],
      ),
    ),
  )

const clientOf = (connect: Connect): Client =>
  createClient({ connect, clientId: 'demo', clientSecret: 'demo', linger: 0 })

const accountOf = (client: Client): Account => client.account({ accountId: 12345678, accessToken: 'demo' })

const idle = ({ connection$ }: Client): Observable<unknown> =>
  connection$.pipe(
    filter(({ status }) => status === 'idle'),
    take(1),
  )

describe('one strategy, three brokers, behind a real port', () => {
  it('makes the trades of the backtest at the server and on paper: their sides, prices and money', async () => {
    const backtested = await resultOf(whim, { history, fills })
    const expected = backtested.trades.map(({ side, entryPrice, exitPrice, net }) => ({
      side,
      entryPrice,
      exitPrice,
      net,
    }))
    expect(expected.length).toBeGreaterThan(4)
    const broker = createSimulator({ history, fills })
    const [served, onPaper] = await firstValueFrom(
      serveSimulator(broker, { port: 0 }).pipe(
        switchMap(({ url }) => {
          const clients = [clientOf(webSocketConnect(url)), clientOf(webSocketConnect(url))] as const
          const [traded, real] = clients
          const onPaper = clientOf(paper(accountOf(real), { fills, start: broker.now() }))
          const end = moves.length * SECOND
          return forkJoin([traded, onPaper].map(client => tradesAfter(accountOf(client), end))).pipe(
            // The server stays until all have left.
            delayWhen(() => forkJoin(clients.map(idle))),
          )
        }),
      ),
    )
    expect(served).toEqual(expected)
    expect(onPaper).toEqual(expected)
  })
})
