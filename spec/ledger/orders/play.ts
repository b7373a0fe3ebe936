import { createClient, recoverOrders } from 'rx-ctrader'
import type { Account, OrderIntent, Journal } from 'rx-ctrader'
import { tap } from 'rxjs'
import { randomFrom } from '../../soak/random'
import type { Seen, VirtualTime } from '../../support/virtualTime'
import { ACCOUNT, START, createBroker } from '../broker'
import type { Broker } from '../broker'
import { EURUSD, USDJPY } from '../instruments'
import type { Order } from '../records'
import { doElsewhere, waitingIn } from './acting'
import { give } from './calls'
import type { Call, Callers } from './calls'
import { listenTo } from './known'
import type { Known } from './known'
import { TROUBLE } from './plan'
import type { Happening, Plan } from './plan'
import { createRecord } from './said'
import type { Record } from './said'

/** When the line is lost for the last time: by then callers know all but what became of orders that rest. */
export const CUT = TROUBLE + 200_000
/** By when every caller has heard how it ended, that it waits for its price, or that it cannot be found out. */
export const HORIZON = TROUBLE + 420_000
/** By when the broker has ended what waits, and all that is in the journal has been looked up once more. */
const SETTLED = HORIZON + 420_000
const END = SETTLED + 1_000

/** How things were at the horizon. */
interface AtHorizon {
  /** What was open in the journal. */
  readonly open: readonly OrderIntent[]
  /** The orders that waited for their price. */
  readonly waiting: readonly Order[]
}

export interface Outcome {
  readonly plan: Plan
  readonly broker: Broker
  readonly calls: readonly Call[]
  readonly record: Record
  readonly atHorizon: AtHorizon
  /** The orders that waited for their price when the line was lost for the last time. */
  readonly waitingBefore: readonly Order[]
  /** The ids of what the log says to be found after all. */
  readonly found: ReadonlySet<unknown>
  /** What the recovery had to say was not found. */
  readonly recoveryError: unknown
  readonly isRecovered: boolean
  readonly known: Known
}

const happen = (callers: Callers, happening: Happening, index: number): Call | undefined => {
  const { broker } = callers
  if ('given' in happening) return give(callers, happening.given, `order ${index}`)
  if ('fault' in happening) broker.fault(happening.fault)
  else if ('other' in happening) doElsewhere(broker, happening.other, `other ${index}`)
  else broker.move(EURUSD, happening.jump)
  return undefined
}

const recovering = (account: Account, journal: Journal, { say }: Record) =>
  recoverOrders(account, { journal }).pipe(
    tap(({ intent: { id }, update }) => {
      const { status } = update
      say(id, 'cause' in update ? { status, error: update.cause } : { status, update })
    }),
  )

/** Plays a plan, and calls back with what came of it when all is settled. */
export const play = (plan: Plan, time: VirtualTime, judge: (outcome: Outcome) => void): void => {
  const { at, setWallClock, watch } = time
  // The clock of a client is wrong by hours, and not by decades.
  setWallClock(START)
  const broker = createBroker(plan.ways)
  const random = randomFrom(plan.seed)
  const found = new Set<unknown>()
  const client = createClient({
    connect: broker.connect,
    clientId: 'id',
    clientSecret: 'secret',
    random,
    lines: 1 + (plan.seed % 2),
    linger: 0,
    log: (_, event, { id }) => {
      if (event === 'order.found') found.add(id)
    },
  })
  const account = client.account({ accountId: ACCOUNT, accessToken: 'token' })
  const known = listenTo(account, broker, time, END)
  const record = createRecord()
  const calls: Call[] = []
  const callers: Callers = { account, broker, record, at, until: SETTLED }

  plan.happenings.forEach(([when, happening], index) => {
    at(500 + when, () => {
      const call = happen(callers, happening, index)
      if (call) calls.push(call)
    })
  })
  for (let moved = 100; moved < TROUBLE + 60_000; moved += 700)
    at(moved, () => {
      for (const symbolId of [EURUSD, USDJPY]) broker.move(symbolId, Math.round((random() - 0.5) * 30))
    })
  at(TROUBLE + 1_000, () => {
    broker.recover()
    if (plan.isCut) broker.fault({ kind: 'cut', arrives: undefined })
  })
  // What rests is looked up on each new line.
  let waitingBefore: readonly Order[] = []
  at(CUT, () => {
    waitingBefore = waitingIn(broker)
    broker.fault({ kind: 'cut', arrives: undefined })
  })

  let recovery: Seen<unknown> | undefined
  let atHorizon: AtHorizon = { open: [], waiting: [] }
  at(HORIZON, () => {
    atHorizon = { open: record.open(), waiting: waitingIn(broker) }
    // What callers still follow is theirs to tell.
    const followed = new Set(calls.flatMap(({ ids, state }) => (state === 'open' ? ids : [])))
    const left = atHorizon.open.filter(({ id }) => !followed.has(id))
    recovery = watch(
      recovering(account, { ...record.journal, load: () => [left] }, record),
      SETTLED - HORIZON,
    )
  })
  at(HORIZON + 5_000, () => {
    for (const { id } of waitingIn(broker)) broker.other(2108, { orderId: id }, 'the broker')
  })
  at(SETTLED - 1, () => {
    judge({
      plan,
      broker,
      calls,
      record,
      atHorizon,
      waitingBefore,
      found,
      known: known(),
      recoveryError: recovery?.error,
      isRecovered: recovery?.completed === true,
    })
    broker.stop()
  })
}
