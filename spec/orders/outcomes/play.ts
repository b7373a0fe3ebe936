import { Subscription, asyncScheduler } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  CTraderError,
  PayloadType,
  ProtoOAAccountType,
  ProtoOAOrderStatus,
  ProtoOAOrderType,
  ProtoOAPositionStatus,
  createClient,
  lots,
  pips,
  price,
  toPrice,
  units,
} from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { amendOrder } from '../../../src/orders/amendOrder'
import { amendProtection } from '../../../src/orders/amendProtection'
import { cancelOrder } from '../../../src/orders/cancelOrder'
import { closeAll } from '../../../src/orders/closeAll'
import { closePosition } from '../../../src/orders/closePosition'
import type { OrderIntent, Journal, JournalEntry } from '../../../src/orders/model/journal'
import type { NewOrder } from '../../../src/orders/model/newOrder'
import type { OrderOptions } from '../../../src/orders/model/orderOptions'
import { placeOrder } from '../../../src/orders/placeOrder'
import { recoverOrders } from '../../../src/orders/recoverOrders'
import type { OrderUpdate } from '../../../src/orders/model/orderUpdate'
import { randomFrom } from '../../soak/random'
import { ACCOUNT } from '../../support/account'
import type { VirtualTime } from '../../support/virtualTime'
import { wiretap } from '../../support/wiretap'
import { TROUBLE } from './plan'
import type { Act, Death, Given, Plan } from './plan'

const {
  PROTO_OA_AMEND_ORDER_REQ,
  PROTO_OA_AMEND_POSITION_SLTP_REQ,
  PROTO_OA_CANCEL_ORDER_REQ,
  PROTO_OA_CLOSE_POSITION_REQ,
  PROTO_OA_NEW_ORDER_REQ,
} = PayloadType

/** What an order is sent by. */
const COMMANDS: readonly number[] = [
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_CANCEL_ORDER_REQ,
  PROTO_OA_AMEND_ORDER_REQ,
  PROTO_OA_AMEND_POSITION_SLTP_REQ,
  PROTO_OA_CLOSE_POSITION_REQ,
]

const EURUSD = 1

/** By when all is known that can be known; then what rests is cancelled by the broker, and soon all is settled. */
const KNOWN = TROUBLE + 280_000
const SETTLED = KNOWN + 30_000

export type Told = OrderUpdate | { readonly status: string }

/** What an execution event did, and for which request. */
export interface Deed {
  readonly clientMsgId: string | undefined
  readonly executionType: number
  readonly orderId: number | undefined
  readonly positionId: number | undefined
}

/** What a caller was told, in a process that may have died. */
export interface Call {
  readonly act: Act
  readonly updates: OrderUpdate[]
  readonly ids: string[]
  isDone: boolean
  isForsaken: boolean
  error?: unknown
}

export interface Outcome {
  readonly accountId: number
  readonly broker: Simulator
  readonly calls: readonly Call[]
  /** Who still did not know when all could be known. */
  readonly stuck: readonly Call[]
  /** All that was ever written down. */
  readonly entries: readonly JournalEntry[]
  readonly open: readonly OrderIntent[]
  /** The last that anybody was told of each. */
  readonly told: ReadonlyMap<string, Told>
  readonly deeds: readonly Deed[]
  /** Whether the server's lists tell which order is which. Default true. */
  readonly isNamed?: boolean
  /** The `clientMsgId`s of the commands that left, as often as they did. */
  readonly left: readonly string[]
}

interface Process {
  readonly account: Account
  readonly life: Subscription
  readonly journal: Journal
}

const orderOf = (broker: Simulator, act: Act & { kind: 'place' }, name: string): NewOrder => {
  const { bid, ask } = broker.market.quoteAt(EURUSD, broker.now())
  const { side, stopLoss, takeProfit, type, by } = act
  const near = side === 'buy' ? ask : bid
  const terms = {
    symbol: EURUSD,
    side,
    volume: lots(act.lots),
    ...(stopLoss !== undefined && { stopLoss: pips(stopLoss) }),
    ...(takeProfit !== undefined && { takeProfit: pips(takeProfit) }),
    ...(act.named && { clientOrderId: name }),
  }
  const ahead = price(toPrice(near + (side === 'buy' ? by : -by)))
  const behind = price(toPrice(near - (side === 'buy' ? by : -by)))
  const slippage = pips(2)
  const pending = act.expires === undefined ? {} : { expires: broker.now() + act.expires }
  switch (type) {
    case 'market':
      return { type, ...terms }
    case 'marketRange':
      return { type, ...terms, basePrice: price(toPrice(near)), slippage }
    case 'limit':
      return { type, ...terms, ...pending, price: behind }
    case 'stop':
      return { type, ...terms, ...pending, price: ahead }
    case 'stopLimit':
      return { type, ...terms, ...pending, price: ahead, slippage }
  }
}

const nth = <T>(items: readonly T[], which: number): T | undefined => items[which % items.length]

const legOf = (leg: number | null | undefined) => (typeof leg === 'number' ? pips(leg) : leg)
const legs = (given: Readonly<Record<string, number | null | undefined>>) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, leg]) => (leg === undefined ? [] : [[key, legOf(leg)]])),
  )

/** What an act is at the moment, if there is something to do it to. */
const commandOf = (
  broker: Simulator,
  account: Account,
  act: Act,
  options: OrderOptions,
  name: string,
): Observable<OrderUpdate> | undefined => {
  const { orders, positions } = broker.exchange.ledger(ACCOUNT)
  const pending = orders.filter(
    ({ orderStatus, orderType }) =>
      orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
      orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT &&
      orderType !== ProtoOAOrderType.MARKET,
  )
  const open = positions.filter(
    ({ positionStatus }) => positionStatus === ProtoOAPositionStatus.POSITION_STATUS_OPEN,
  )
  switch (act.kind) {
    case 'place':
      return placeOrder(account, orderOf(broker, act, name), options)
    case 'amend': {
      const order = nth(pending, act.which)
      if (!order) return undefined
      const at = order.limitPrice ?? order.stopPrice
      return amendOrder(
        account,
        {
          orderId: order.orderId,
          ...(at !== undefined && { price: price(Math.round(at * 1e5 + act.by) / 1e5) }),
          ...legs({ stopLoss: act.stopLoss }),
        },
        options,
      )
    }
    case 'cancel': {
      const order = nth(pending, act.which)
      return order && cancelOrder(account, order, options)
    }
    case 'close': {
      const position = nth(open, act.which)
      if (!position) return undefined
      const { positionId } = position
      return closePosition(account, act.part ? { positionId, volume: units(1_000) } : { positionId }, options)
    }
    case 'protect': {
      const position = nth(open, act.which)
      return (
        position &&
        amendProtection(
          account,
          {
            positionId: position.positionId,
            ...legs({ stopLoss: act.stopLoss, takeProfit: act.takeProfit }),
          },
          options,
        )
      )
    }
    case 'closeAll':
      return closeAll(account, { ...options, cancelPending: act.cancelPending })
  }
}

/** Knows that an order waits for its price. */
const isAtRest = ({ updates }: Call): boolean => {
  const last = updates.at(-1)
  return last?.status === 'accepted' || last?.status === 'partiallyFilled' || last?.status === 'replaced'
}

/** Plays a plan, and calls back with what came of it when all is settled. */
export const play = (plan: Plan, { at, watch }: VirtualTime, judge: (outcome: Outcome) => void): void => {
  const broker = createSimulator({
    seed: (plan.seed % 5) + 1,
    latency: plan.latency,
    unknowns: plan.server,
    applications: [
      { clientId: 'trader', clientSecret: 'secret' },
      { clientId: 'observer', clientSecret: 'secret' },
    ],
    accounts: [
      {
        accountId: ACCOUNT,
        isLive: false,
        traderLogin: 1,
        brokerTitleShort: 'Test',
        accountType: plan.isNetted ? ProtoOAAccountType.NETTED : ProtoOAAccountType.HEDGED,
      },
    ],
  })
  const wire = wiretap(broker.connect)
  const entries: JournalEntry[] = []
  const open = new Map<string, OrderIntent>()
  const told = new Map<string, Told>()
  const calls: Call[] = []
  const stuck: Call[] = []
  const deeds: Deed[] = []
  const dying: { death?: (Death & { kind: 'whileWriting' }) | undefined } = {}
  let process: Process | undefined
  let born = 0

  const write = (entry: JournalEntry): void => {
    entries.push(entry)
    if (entry.state === 'intended') {
      open.set(entry.id, entry)
      return
    }
    open.delete(entry.id)
    // Where the caller has left it is the journal that is told.
    if (told.get(entry.id)?.status !== entry.outcome) told.set(entry.id, { status: entry.outcome })
  }

  const die = ({ downFor, ...death }: Death): void => {
    const dead = process
    if (!dead) return
    process = undefined
    if ('isCut' in death && death.isCut)
      broker.fault({ kind: 'drop' }, ({ clientId }) => clientId !== 'observer')
    dead.life.unsubscribe()
    asyncScheduler.schedule(start, downFor)
  }

  const start = (): void => {
    const life = new Subscription()
    const random = randomFrom(plan.seed + born)
    born += 1
    const client = createClient({
      connect: wire.connect,
      clientId: 'trader',
      clientSecret: 'secret',
      random,
      lines: 1 + (plan.seed % 2),
      linger: 0,
      rateLimits: { live: plan.live, historical: 5 },
    })
    const account = client.account({ accountId: ACCOUNT, accessToken: 'demo' })
    const journal: Journal = {
      // A dead process writes nothing.
      append: entry => {
        if (life.closed) return
        const { death } = dying
        if (entry.state === 'settled' || death === undefined) {
          write(entry)
          return
        }
        dying.death = undefined
        if (death.isWritten) write(entry)
        die(death)
      },
      load: () => [[...open.values()]],
    }
    process = { account, life, journal }
    life.add(account.authenticated$.subscribe())
    life.add(
      recoverOrders(account, { journal }).subscribe(({ intent, update }) => {
        told.set(intent.id, update)
      }),
    )
  }

  const give = ({ act, patience, sendsLater }: Given, name: string): void => {
    if (!process) return
    const { account, journal, life } = process
    const call: Call = { act, updates: [], ids: [], isDone: false, isForsaken: false }
    const byPosition = new Map<number, string>()
    const options: OrderOptions = {
      journal: {
        ...journal,
        append: entry => {
          if (entry.state === 'intended') {
            call.ids.push(entry.id)
            if ('positionId' in entry.payload) byPosition.set(entry.payload.positionId, entry.id)
            else if ('orderId' in entry.payload) byPosition.set(entry.payload.orderId, entry.id)
          } else if (entry.outcome === 'notSent') told.set(entry.id, { status: 'notSent' })
          return journal.append(entry)
        },
      },
      ...(sendsLater && { whenDisconnected: 'wait' }),
    }
    const command$ = commandOf(broker, account, act, options, name)
    if (!command$) return
    calls.push(call)
    const idOf = ({ orderId = NaN, positionId = NaN }: OrderUpdate): string | undefined =>
      act.kind === 'closeAll' ? (byPosition.get(orderId) ?? byPosition.get(positionId)) : call.ids.at(-1)
    const subscription = command$.subscribe({
      next: update => {
        call.updates.push(update)
        const id = idOf(update)
        if (id === undefined) throw new Error(`whose is ${JSON.stringify(update)}?`)
        told.set(id, update)
      },
      error: (error: unknown) => {
        call.error = error
        call.isDone = true
        const id = call.ids.at(-1)
        if (!(error instanceof CTraderError)) return
        if (error.reason === 'NotFound') told.set(error.id, { status: 'notFound' })
        if (error.reason === 'NotSent' && id !== undefined && act.kind !== 'closeAll')
          told.set(id, { status: 'notSent' })
      },
      complete: () => {
        call.isDone = true
      },
    })
    life.add(subscription)
    life.add(() => {
      call.isForsaken = true
    })
    if (patience !== undefined)
      at(patience, () => {
        if (call.isDone) return
        call.isForsaken = true
        subscription.unsubscribe()
      })
  }

  const observer = createClient({
    connect: broker.connect,
    clientId: 'observer',
    clientSecret: 'secret',
    random: () => 0.9,
    linger: 0,
  })
  const seen = observer.account({ accountId: ACCOUNT, accessToken: 'demo' })
  const watched = watch(seen.on(PayloadType.PROTO_OA_EXECUTION_EVENT), SETTLED)

  start()
  const isOfTrader = ({ clientId }: { readonly clientId?: string }): boolean => clientId !== 'observer'
  plan.happenings.forEach(([when, happening], index) => {
    at(500 + when, () => {
      if ('given' in happening) give(happening.given, `order ${index}`)
      else if ('fault' in happening) broker.fault(happening.fault, isOfTrader)
      else if (happening.death.kind === 'atOnce') die(happening.death)
      else dying.death = happening.death
    })
  })
  at(TROUBLE + 1_000, () => {
    dying.death = undefined
    broker.fault({ kind: 'recover' })
  })
  // What callers have given up, another process finds out.
  at(KNOWN - 100_000, () => {
    for (const call of calls) if (!call.isDone && !call.isForsaken && !isAtRest(call)) stuck.push(call)
    die({ kind: 'atOnce', isCut: false, downFor: 10 })
  })
  at(KNOWN, () => {
    for (const { orderId, orderStatus, orderType } of broker.exchange.ledger(ACCOUNT).orders)
      if (
        orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
        orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT
      )
        broker.trade((exchange, now) =>
          exchange.cancelOrder(
            ACCOUNT,
            { ctidTraderAccountId: ACCOUNT, orderId },
            { at: now, clientMsgId: 'broker' },
          ),
        )
  })
  at(SETTLED - 1_000, () => {
    for (const { clientMsgId, payload } of watched.values)
      deeds.push({
        clientMsgId,
        executionType: payload.executionType,
        orderId: payload.order?.orderId,
        positionId: payload.position?.positionId,
      })
    judge({
      accountId: ACCOUNT,
      broker,
      calls,
      stuck,
      entries,
      open: [...open.values()],
      isNamed: plan.server.listedClientOrderIds,
      told,
      deeds,
      left: wire.sent.flatMap(({ clientMsgId, payloadType }) =>
        clientMsgId !== undefined && COMMANDS.includes(payloadType) ? [clientMsgId] : [],
      ),
    })
    process?.life.unsubscribe()
    process = undefined
  })
}
