import { isCTraderError } from 'rx-ctrader'
import type { Account, JournalEntry, OrderOptions, OrderUpdate } from 'rx-ctrader'
import type { VirtualTime } from '../../support/virtualTime'
import type { Broker } from '../broker'
import { commandOf } from './acting'
import type { Act, Given } from './plan'
import { elapsed } from './said'
import type { Record } from './said'

/** What a caller was told. */
export interface Call {
  readonly act: Act
  readonly updates: OrderUpdate[]
  /** How long what it sent is looked for at least, in ms. */
  readonly horizon: number
  /** The journal's ids of what it sent, or was going to. */
  readonly ids: string[]
  /** `left` where the caller has lost interest. */
  state: 'open' | 'complete' | 'error' | 'left'
  /** When it began and came to its end, in ms from the start. */
  readonly givenAt: number
  endedAt: number
  reason?: string
  error?: unknown
}

/** At least so long what has left is looked for, unless it is said otherwise. */
export const MINUTE = 60_000

export interface Callers {
  readonly account: Account
  readonly broker: Broker
  readonly record: Record
  readonly at: VirtualTime['at']
  /** Until when a caller waits, in ms from the start. */
  readonly until: number
}

/** What an error says of an order: it is in doubt, or there is none. */
const statusOf = (error: unknown): string => {
  if (!isCTraderError(error)) return String(error)
  return error.reason === 'NotSent' ? 'notSent' : error.reason
}

/** Notes which ids a caller uses, and of what. */
const noting = (journal: Record['journal'], note: (entry: JournalEntry) => void): Record['journal'] => ({
  ...journal,
  append: entry => {
    note(entry)
    return journal.append(entry)
  },
})

/** Has a caller do something, if there is something to do it to, and notes what it is told. */
export const give = (
  { account, broker, record, at, until }: Callers,
  { act, sendsLater, horizon, patience }: Given,
  name: string,
): Call | undefined => {
  const call: Call = {
    act,
    horizon: horizon ?? MINUTE,
    updates: [],
    ids: [],
    state: 'open',
    givenAt: elapsed(),
    endedAt: Infinity,
  }
  const bySubject = new Map<number | undefined, string>()
  const options: OrderOptions = {
    journal: noting(record.journal, entry => {
      if (entry.state !== 'intended') return
      const { id, payload } = entry
      call.ids.push(id)
      bySubject.set('orderId' in payload ? payload.orderId : payload.positionId, id)
    }),
    ...(sendsLater && { whenDisconnected: 'wait' }),
    ...(horizon !== undefined && { horizon }),
  }
  const command$ = commandOf(broker, account, act, options, name)
  if (!command$) return undefined
  const idOf = ({ orderId = NaN, positionId = NaN }: OrderUpdate): string | undefined =>
    act.kind === 'closeAll' ? (bySubject.get(orderId) ?? bySubject.get(positionId)) : call.ids.at(-1)
  const end = (state: Call['state']): void => {
    call.state = state
    call.endedAt = elapsed()
  }
  const subscription = command$.subscribe({
    next: update => {
      call.updates.push(update)
      const id = idOf(update)
      if (id !== undefined) record.say(id, { status: update.status, update })
    },
    error: (error: unknown) => {
      const status = statusOf(error)
      const own = act.kind === 'closeAll' ? undefined : call.ids.at(-1)
      const id = (error as { readonly id?: string }).id ?? own
      call.reason = status
      call.error = error
      if (id !== undefined && call.ids.includes(id)) record.say(id, { status, error })
      end('error')
    },
    complete: () => {
      end('complete')
    },
  })
  at(Math.min(patience ?? Infinity, until - elapsed()), () => {
    if (call.state !== 'open') return
    if (patience !== undefined) end('left')
    subscription.unsubscribe()
  })
  return call
}
