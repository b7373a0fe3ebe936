import {
  AsyncSubject,
  asapScheduler,
  asyncScheduler,
  catchError,
  concat,
  defer,
  ignoreElements,
  map,
  of,
  subscribeOn,
  switchMap,
  tap,
  throwError,
  timeout,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import { awaitResult } from '../../../util/observables/awaitResult'
import { asOpenLink } from '../../../connection/link'
import type { Link } from '../../../connection/link'
import { CTraderError, isRefused } from '../../../errors'
import type { CommandType } from '../../../protocol/table'
import type { Log } from '../../../session/logging/log'
import { checkReadable, loadEntries, openIntents, settle, writeEntry } from '../../../orders/model/journal'
import type { Journal, JournalEntry, OrderIntent } from '../../../orders/model/journal'
import { isFenced } from '../../bus/bus'
import type { OwnerAnswer } from '../../bus/messages'
import { notReachable, orderNotSent, toRefusal } from '../../model/refusals'
import { createFaultLog } from '../../model/faultLog'
import type { LineCounters } from '../../model/lineCounters'
import type { OwnedAccount } from '../session/ownedAccount'
import { createRecovery } from './recovery'

/** An order command of a user. */
export interface UserCommand {
  readonly user: string
  /** Unique among all messages to cTrader. */
  readonly id: string
  readonly payloadType: CommandType
  readonly payload: object
}

export interface Commands {
  /**
   * Writes a command into the journal, sends it once, and emits what became of it. It goes on without a subscriber.
   */
  readonly run: (command: UserCommand) => Observable<OwnerAnswer>
  /** How many wait for their answer. */
  readonly count: () => number
  /** How many are looked up, because their outcome is not known. */
  readonly lookups: () => number
  /** Whether the journal could not be written lately. */
  readonly isJournalFailing: () => boolean
  /** Whether all have an outcome, also those of a former owner. */
  readonly isIdle: () => boolean
  /**
   * Emits whether an order is open in the journal, and looks it up then. The end of an order may not have been written.
   */
  readonly lookUpOpen: () => Observable<boolean>
  /** The command does not leave any more, if it has not left yet. */
  readonly withdraw: (id: string) => void
  /** Finds out what became of those that are open in the journal, on each line, while subscribed. */
  readonly recovery$: Observable<never>
}

const notSent = (detail: string): CTraderError => new CTraderError({ reason: 'NotSent', detail })

/**
 * An order that has not left after so many ms does not leave any more: its price would be another one, and its user
 * would not expect it.
 */
const LEAVES_WITHIN = 10_000

const tooLate = (): CTraderError => notSent('it had to wait for too long')

/** How a command ended, if it did not get an answer of another kind. */
const answerOf = (error: unknown, hasLeft: boolean): OwnerAnswer => {
  if (isRefused(error)) return { kind: 'refused', refusal: toRefusal(error) }
  if (hasLeft) return { kind: 'inDoubt' }
  return { kind: 'refused', refusal: orderNotSent }
}

/** How the entry of a command in the journal ends. */
const outcomeOf = (answer: Exclude<OwnerAnswer, { readonly kind: 'inDoubt' }>): string => {
  if (answer.kind === 'done') return 'answered'
  return answer.refusal === orderNotSent ? 'notSent' : 'refused'
}

/** A command without an outcome. */
interface Running {
  isWithdrawn: boolean
  readonly answer$: Observable<OwnerAnswer>
}

/** How many ids of commands that are over are known. */
const OVER = 1_000

/** Knows the latest texts that it was given. */
const createRecent = (size: number) => {
  const texts = new Set<string>()
  return {
    has: (text: string): boolean => texts.has(text),
    add: (text: string): void => {
      texts.add(text)
      const [oldest = ''] = texts
      if (texts.size > size) texts.delete(oldest)
    },
  }
}

export interface CommandsOptions {
  /** Whether certainly no other process owns the line. */
  readonly isSure: () => boolean
  /** Whether other processes may take the account over. */
  readonly isShared: boolean
  readonly counters: LineCounters
  readonly log: Log
}

export const createCommands = (
  owned: OwnedAccount,
  given: Journal,
  { isSure, isShared, counters, log }: CommandsOptions,
): Commands => {
  const { account } = owned
  /** Commands without an outcome: their entries in the journal are not for `recoverOrders` yet. */
  const running = new Map<string, Running>()
  /** Those that are over, the latest of them: a bus may deliver a request twice. */
  const over = createRecent(OVER)
  const onFault = (): void => {
    counters.failedWrites += 1
  }
  const journalLog = createFaultLog(log, 'gateway.journal', onFault, { accountId: account.accountId })
  const error = (error: unknown): void => {
    // That another process has the account is no fault.
    if (!isFenced(error)) journalLog.failed(error)
  }
  const watched: Journal = {
    load: given.load,
    append: entry =>
      defer(() => awaitResult(given.append(entry))).pipe(tap({ complete: journalLog.worked, error })),
  }
  const recovery = createRecovery(owned, watched, { isRunning: id => running.has(id), isShared, log })
  const { journal } = recovery

  const isIdle = (): boolean => running.size === 0 && recovery.isIdle()
  const onUnwritten = (error: unknown): void => {
    if (isFenced(error)) counters.stoppedOrders += 1
  }

  const send = (link: Link, intent: OrderIntent, user: string): Observable<OwnerAnswer> => {
    const { id, payloadType, payload } = intent
    const since = monotonicNow()
    let hasLeft = false
    const mayLeave = (): CTraderError | undefined => {
      if (running.get(id)?.isWithdrawn !== false) return notSent('it was withdrawn')
      if (monotonicNow() - since >= LEAVES_WITHIN) return tooLate()
      // Another process may own the account by now, if this one was paused.
      if (!isSure()) {
        counters.stoppedOrders += 1
        return notSent('the line is not owned any more')
      }
      return owned.link() === link ? undefined : notSent('the line was lost')
    }
    const left$ = defer(() => {
      const rest = Math.max(1, since + LEAVES_WITHIN - monotonicNow())
      return asOpenLink(link)
        .inFlow(user)
        .command(payloadType, payload, id, mayLeave)
        .pipe(timeout({ first: rest, with: () => throwError(tooLate) }))
    }).pipe(
      map(() => {
        hasLeft = true
      }),
      ignoreElements(),
    )
    return concat(
      concat(checkReadable(journal).pipe(tap({ error })), writeEntry(journal, intent)).pipe(
        tap({ error: onUnwritten }),
      ),
      left$,
      of<OwnerAnswer>({ kind: 'done' }),
    ).pipe(catchError((error: unknown) => of(answerOf(error, hasLeft))))
  }
  const finish = (intent: OrderIntent, answer: OwnerAnswer): Observable<OwnerAnswer> => {
    running.delete(intent.id)
    over.add(intent.id)
    if (answer.kind === 'inDoubt') {
      recovery.begin()
      return of(answer)
    }
    // The event that answers it comes in this turn, and goes to the edges first.
    return concat(settle(journal, intent, outcomeOf(answer)).pipe(subscribeOn(asapScheduler)), of(answer))
  }

  return {
    run: ({ user, id, payloadType, payload }) => {
      const known = running.get(id)
      if (known) return known.answer$
      // Its outcome was told to the first who asked. It is not sent again, so the other one has to find out.
      if (over.has(id)) return of({ kind: 'inDoubt' })
      const link = owned.link()
      if (!link) return of({ kind: 'refused', refusal: notReachable })
      const { accountId } = account
      const entry = { state: 'intended', id, accountId, payloadType, payload, at: asyncScheduler.now() }
      const intent = entry as unknown as OrderIntent
      const answer$ = new AsyncSubject<OwnerAnswer>()
      running.set(id, { isWithdrawn: false, answer$ })
      send(link, intent, user)
        .pipe(switchMap(answer => finish(intent, answer)))
        .subscribe(answer$)
      return answer$
    },
    count: () => running.size,
    lookups: recovery.count,
    isJournalFailing: journalLog.isFailing,
    isIdle,
    lookUpOpen: () =>
      loadEntries(journal).pipe(
        map(entries => {
          const hasOpen = openIntents(entries as readonly JournalEntry[]).length > 0
          if (hasOpen && isIdle()) recovery.begin()
          return hasOpen
        }),
      ),
    withdraw: id => {
      const command = running.get(id)
      if (command) command.isWithdrawn = true
      // It may come after its withdrawal.
      else over.add(id)
    },
    recovery$: recovery.recovery$,
  }
}
