import { asyncScheduler, tap } from 'rxjs'
import {
  createClient,
  deals,
  equity,
  isCTraderError,
  orderUpdates,
  orders,
  pnl,
  positions,
  recoverOrders,
  trader,
} from 'rx-ctrader'
import type {
  Account,
  AuthState,
  Equity,
  Intended,
  Journal,
  JournalEntry,
  OrderOptions,
  OrderUpdate,
  Pnl,
  ProtoOADeal,
  ProtoOAOrder,
  ProtoOAPosition,
  ProtoOATrader,
} from 'rx-ctrader'
import { randomFrom } from '../../soak/random'
import type { Seen, VirtualTime } from '../../support/virtualTime'
import { ACCOUNT, START, createBroker } from '../broker'
import type { Broker } from '../broker'
import { EURUSD, USDJPY } from '../instruments'
import { commandOf, doElsewhere, pendingOf } from './acting'
import { TROUBLE } from './plan'
import type { Act, Given, Plan } from './plan'

/** By when every caller has heard how it ended, that it waits for its price, or that it cannot be found out. */
export const HORIZON = TROUBLE + 420_000
/** By when the broker has ended what waits, and all that is in the journal has been looked up once more. */
const SETTLED = HORIZON + 420_000
const END = SETTLED + 1_000

/** What a caller was told. */
export interface Call {
  readonly act: Act
  readonly updates: OrderUpdate[]
  /** The journal's ids of what it sent, or was going to. */
  readonly ids: string[]
  /** `left` where the caller has lost interest. */
  state: 'open' | 'complete' | 'error' | 'left'
  reason?: string
}

/** The last that anyone was told of something in the journal. */
export interface Told {
  readonly status: string
  readonly update?: OrderUpdate
}

/** What consumers of the account have in the end. */
export interface Known {
  readonly positions: readonly ProtoOAPosition[] | undefined
  readonly orders: readonly ProtoOAOrder[] | undefined
  readonly trader: ProtoOATrader | undefined
  readonly pnl: Pnl | undefined
  readonly equity: Equity | undefined
  readonly deals: readonly ProtoOADeal[]
  readonly updates: readonly OrderUpdate[]
  readonly errors: readonly unknown[]
  /** Since when the account was authenticated for the first time, in the server's time. */
  readonly since: number
  readonly state: AuthState | undefined
}

export interface Outcome {
  readonly plan: Plan
  readonly broker: Broker
  readonly calls: readonly Call[]
  /** What was open in the journal at the horizon. */
  readonly open: readonly Intended[]
  /** The orders that waited for their price then. */
  readonly waiting: ReadonlySet<string | undefined>
  readonly entries: readonly JournalEntry[]
  readonly told: ReadonlyMap<string, Told>
  /** What was found of what was open then, by the id in the journal. */
  readonly recovered: ReadonlyMap<string, Told>
  readonly recoveryError: unknown
  readonly known: Known
}

const listenTo = (account: Account, { startedAt }: Broker, { watch }: VirtualTime) => {
  const seen = {
    positions: watch(positions(account), END),
    orders: watch(orders(account), END),
    trader: watch(trader(account), END),
    pnl: watch(pnl(account), END),
    equity: watch(equity(account), END),
    deals: watch(deals(account, { since: startedAt }), END),
    updates: watch(orderUpdates(account), END),
    states: watch(account.authenticated$, END),
  }
  const all: readonly Seen<unknown>[] = Object.values(seen)
  return (): Known => ({
    positions: seen.positions.values.at(-1)?.all,
    orders: seen.orders.values.at(-1)?.all,
    trader: seen.trader.values.at(-1),
    pnl: seen.pnl.values.at(-1),
    equity: seen.equity.values.at(-1),
    deals: seen.deals.values,
    updates: seen.updates.values,
    errors: all.flatMap(({ error }) => (error === undefined ? [] : [error])),
    since:
      startedAt + (seen.states.timed.find(([, { status }]) => status === 'authenticated')?.[0] ?? Infinity),
    state: seen.states.values.at(-1),
  })
}

/** Which command an error is about. */
const idIn = (error: unknown): string | undefined => (error as { readonly id?: string }).id

/** Plays a plan, and calls back with what came of it when all is settled. */
export const play = (plan: Plan, time: VirtualTime, judge: (outcome: Outcome) => void): void => {
  const { at, setWallClock, watch } = time
  // The clock of a client is wrong by hours, and not by decades.
  setWallClock(START)
  const broker = createBroker(plan.ways)
  const random = randomFrom(plan.seed)
  const client = createClient({
    connect: broker.connect,
    clientId: 'id',
    clientSecret: 'secret',
    random,
    linger: 0,
  })
  const account = client.account({ accountId: ACCOUNT, accessToken: 'token' })
  const known = listenTo(account, broker, time)

  const entries: JournalEntry[] = []
  const open = new Map<string, Intended>()
  const told = new Map<string, Told>()
  const recovered = new Map<string, Told>()
  const calls: Call[] = []
  const journal: Journal = {
    append: entry => {
      entries.push(entry)
      if (entry.state === 'intended') open.set(entry.id, entry)
      else {
        open.delete(entry.id)
        // Where the caller has left it is the journal that is told.
        if (told.get(entry.id)?.status !== entry.outcome) told.set(entry.id, { status: entry.outcome })
      }
    },
    load: () => [[...open.values()]],
  }

  const give = ({ act, sendsLater, patience }: Given, name: string): void => {
    const call: Call = { act, updates: [], ids: [], state: 'open' }
    const bySubject = new Map<number, string>()
    const options: OrderOptions = {
      journal: {
        ...journal,
        append: entry => {
          if (entry.state === 'intended') {
            call.ids.push(entry.id)
            const { payload } = entry
            if ('orderId' in payload) bySubject.set(payload.orderId, entry.id)
            else bySubject.set(payload.positionId ?? NaN, entry.id)
          }
          return journal.append(entry)
        },
      },
      ...(sendsLater && { whenReconnected: 'send' }),
    }
    const command$ = commandOf(broker, account, act, options, name)
    if (!command$) return
    calls.push(call)
    const idOf = ({ orderId = NaN, positionId = NaN }: OrderUpdate): string | undefined =>
      act.kind === 'closeAll' ? (bySubject.get(orderId) ?? bySubject.get(positionId)) : call.ids.at(-1)
    const subscription = command$.subscribe({
      next: update => {
        call.updates.push(update)
        const id = idOf(update)
        if (id !== undefined) told.set(id, { status: update.status, update })
      },
      error: (error: unknown) => {
        call.state = 'error'
        call.reason = isCTraderError(error) ? error.reason : String(error)
        const id = idIn(error) ?? call.ids.at(-1)
        if (id !== undefined && id !== '' && call.ids.includes(id))
          told.set(id, { status: call.reason === 'NotSent' ? 'notSent' : call.reason })
      },
      complete: () => {
        call.state = 'complete'
      },
    })
    at(Math.min(patience ?? Infinity, SETTLED - (asyncScheduler.now() - START)), () => {
      if (call.state !== 'open') return
      if (patience !== undefined) call.state = 'left'
      subscription.unsubscribe()
    })
  }

  plan.happenings.forEach(([when, happening], index) => {
    at(500 + when, () => {
      if ('given' in happening) give(happening.given, `order ${index}`)
      else if ('fault' in happening) broker.fault(happening.fault)
      else if ('other' in happening) doElsewhere(broker, happening.other, `other ${index}`)
      else broker.move(EURUSD, happening.jump)
    })
  })
  for (let moved = 100; moved < TROUBLE + 60_000; moved += 700)
    at(moved, () => {
      for (const symbolId of [EURUSD, USDJPY]) broker.move(symbolId, Math.round((random() - 0.5) * 30))
    })
  at(TROUBLE + 1_000, () => {
    broker.recover()
    broker.fault({ kind: 'cut', arrives: undefined })
  })
  // What rests is looked up on each new line.
  at(TROUBLE + 200_000, () => {
    broker.fault({ kind: 'cut', arrives: undefined })
  })

  let recovery: Seen<unknown> | undefined
  let atHorizon: Pick<Outcome, 'open' | 'waiting'> = { open: [], waiting: new Set() }
  at(HORIZON, () => {
    atHorizon = {
      open: [...open.values()],
      waiting: new Set(
        broker.ledger
          .all('order')
          .filter(({ status, kind }) => status === 1 && kind !== 4)
          .map(({ clientOrderId }) => clientOrderId),
      ),
    }
    const recover$ = recoverOrders(account, journal).pipe(
      tap(({ intended, update }) => {
        recovered.set(intended.id, { status: update.status, ...('order' in update && { update }) })
      }),
    )
    recovery = watch(recover$, SETTLED - HORIZON)
  })
  at(HORIZON + 5_000, () => {
    for (const { id } of pendingOf(broker)) broker.other(2108, { orderId: id }, 'the broker')
  })
  at(SETTLED - 1, () => {
    judge({
      plan,
      broker,
      calls,
      ...atHorizon,
      entries,
      told,
      recovered,
      known: known(),
      recoveryError: recovery?.error,
    })
    broker.stop()
  })
}
