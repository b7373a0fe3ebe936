/** A process that trades, as fast as it may, until it is killed; or only finds out what became of all, and ends. */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  EMPTY,
  catchError,
  defer,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  mergeMap,
  repeat,
  take,
  tap,
  timer,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { createClient, lots, pips, price, toPrice, webSocketConnect } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { CTraderError } from 'rx-ctrader'
import { fileJournal } from 'rx-ctrader/node'
import { amendProtection } from '../../src/orders/amendProtection'
import { cancelOrder } from '../../src/orders/cancelOrder'
import { closePosition } from '../../src/orders/closePosition'
import type { OrderOptions } from '../../src/orders/model/orderOptions'
import { placeOrder } from '../../src/orders/placeOrder'
import { recoverOrders } from '../../src/orders/recoverOrders'
import type { OrderUpdate } from '../../src/orders/model/orderUpdate'
import { randomFrom } from '../soak/random'
import { logAs } from './log'
import type { Said } from './said'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    journal: { type: 'string', default: '' },
    account: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    onlyRecover: { type: 'boolean', default: false },
    horizon: { type: 'string', default: '5000' },
  },
})
const random = randomFrom(Number(values.seed))
/** What has left is at the simulator at once. A gateway may hold it for some seconds, until a line has an owner. */
const horizon = Number(values.horizon)
/** A new order begins after this many ms, also where earlier ones are in doubt, up to so many. */
const PACE = 60
const AT_ONCE = 80

// Written when it returns, so that a kill in the next moment does not lose it.
const say = (said: Said): void => {
  writeSync(1, `${JSON.stringify(said)}\n`)
}

const account: Account = createClient({
  connect: webSocketConnect(values.url),
  clientId: 'demo',
  clientSecret: 'demo',
  backoff: { initial: 50, max: 500 },
  log: logAs(`trader ${values.account}`),
}).account({ accountId: Number(values.account), accessToken: 'demo' })
const journal = fileJournal(values.journal)

/** One command, whose updates are all printed. */
const said = (command: (options: OrderOptions) => Observable<OrderUpdate>): Observable<OrderUpdate> =>
  defer(() => {
    let id = ''
    const tell = (update: Extract<Said, { event: 'told' }>['update']): void => {
      say({ event: 'told', id, isRecovered: false, update })
    }
    return command({
      horizon,
      journal: {
        ...journal,
        append: entry => {
          if (entry.state === 'intended') id = entry.id
          return journal.append(entry)
        },
      },
    }).pipe(
      tap(update => {
        tell(update)
      }),
      catchError((error: unknown) => {
        if (id !== '' && error instanceof CTraderError) {
          if (error.reason === 'NotSent') tell({ status: 'notSent' })
          if (error.reason === 'NotFound') tell({ status: 'notFound' })
          say({ event: 'failed', id, reason: error.reason })
        }
        return EMPTY
      }),
    )
  })

const entry = { symbol: 1, side: random() < 0.5 ? 'buy' : 'sell', volume: lots(0.01) } as const

/** A position that is opened, protected or not, and closed. */
const inAndOut = (): Observable<unknown> =>
  said(options =>
    placeOrder(
      account,
      { ...entry, type: 'market', ...(random() < 0.5 && { stopLoss: pips(30), takeProfit: pips(30) }) },
      options,
    ),
  ).pipe(
    mergeMap(update => {
      if (!('deal' in update) || update.positionId === undefined) return EMPTY
      const { positionId } = update
      const wait = random() * 400
      return random() < 0.5
        ? timer(wait).pipe(mergeMap(() => said(options => closePosition(account, { positionId }, options))))
        : timer(wait).pipe(
            mergeMap(() =>
              said(options =>
                amendProtection(
                  account,
                  { positionId, stopLoss: pips(20 + Math.floor(random() * 20)) },
                  options,
                ),
              ),
            ),
          )
    }),
  )

/** An order that waits for a price that does not come, and is cancelled: again where the request did not leave. */
const waiting = (): Observable<unknown> =>
  defer(() => {
    let isOver = false
    const cancel = (orderId: number): Observable<unknown> =>
      timer(random() * 400).pipe(
        mergeMap(() => said(options => cancelOrder(account, { orderId }, options))),
        repeat({ delay: () => (isOver ? EMPTY : timer(500)) }),
      )
    return said(options =>
      placeOrder(
        account,
        { ...entry, side: 'buy', type: 'limit', price: price(toPrice(90_000 + Math.floor(random() * 100))) },
        options,
      ),
    ).pipe(
      tap({
        complete: () => {
          isOver = true
        },
      }),
      mergeMap(({ status, orderId }) =>
        status === 'accepted' && orderId !== undefined ? cancel(orderId) : EMPTY,
      ),
    )
  })

let underWay = 0
/** Where all are under way, none waits: without a line, thousands that waited would fail in one turn, each in the last. */
const trading$ = timer(0, PACE).pipe(
  filter(() => underWay < AT_ONCE),
  mergeMap(() => {
    underWay += 1
    return (random() < 0.6 ? inAndOut() : waiting()).pipe(
      finalize(() => {
        underWay -= 1
      }),
    )
  }),
  ignoreElements(),
)

const recovering$ = recoverOrders(account, { journal, horizon }).pipe(
  tap(({ intent: { id }, update }) => {
    say({ event: 'told', id, isRecovered: true, update })
  }),
  ignoreElements(),
)

if (values.onlyRecover)
  recovering$.subscribe({
    complete: () => {
      say({ event: 'recovered' })
      process.exit(0)
    },
  })
else
  merge(
    recovering$,
    account.accountAuth$.pipe(
      take(1),
      map(() => {
        say({ event: 'ready' })
      }),
      mergeMap(() => trading$),
    ),
  ).subscribe()
