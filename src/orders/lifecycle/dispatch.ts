import {
  EMPTY,
  Observable,
  ReplaySubject,
  Subscription,
  asyncScheduler,
  catchError,
  concat,
  defer,
  finalize,
  identity,
  switchMap,
  take,
  tap,
  throwError,
  throwIfEmpty,
} from 'rxjs'
import { stopwatch } from '../../clock'
import { asOpenLink } from '../../connection/link'
import type { Link } from '../../connection/link'
import { CTraderError, isCTraderError, errorMessage } from '../../errors'
import type { CommandType, Payload } from '../../protocol/table'
import type { Account } from '../../session/account'
import { checkReadable, settle, writeEntry } from '../model/journal'
import type { OrderIntent, Journal } from '../model/journal'
import { accountLines } from './accountLine'
import type { OrderSettings } from '../model/orderOptions'
import { accountTimeout } from '../../streams/sharing/accountTimeout'
import { omitUndefined } from '../../util/omitUndefined'

/**
 * Prepares the payload of a command on a link, with the `clientMsgId` that it will have. Requests and checks what
 * it needs.
 */
export type Frame<T extends CommandType> = (link: Link, id: string) => Observable<Payload<T>>

/** An order that leaves now. Its intent is in the journal. */
export interface Dispatch {
  readonly intent: OrderIntent
  readonly link: Link
  /** Errors if the server refuses the order or does not answer. Subscribe once; it waits as long as that takes. */
  readonly reply$: Observable<never>
}

export const notSent = (id: string | undefined, detail: string, cause?: CTraderError): CTraderError =>
  new CTraderError({ reason: 'NotSent', detail, ...omitUndefined({ id, cause }) })

/** Errors that already say that nothing was sent, and why. */
const telling: ReadonlySet<CTraderError['reason']> = new Set([
  'InvalidOption',
  'InvalidOrder',
  'InvalidRequest',
  'NotSent',
  'UnknownSymbol',
  'WrongEnvironment',
])

export const toNotSent = (id: string | undefined, error: unknown): CTraderError => {
  if (!isCTraderError(error)) return notSent(id, errorMessage(error))
  return telling.has(error.reason) ? error : notSent(id, error.message, error)
}

/** Sends the order when its lane lets it. Unsubscribing before that withdraws it. */
const leave = (
  link: Link,
  intent: OrderIntent,
  mayLeave: () => CTraderError | undefined,
): Observable<Dispatch> =>
  new Observable(subscriber => {
    const { id, payload, payloadType } = intent
    const replied$ = new ReplaySubject<never>(1)
    const command = new Subscription()
    let hasLeft = false
    subscriber.add(() => {
      if (!hasLeft) command.unsubscribe()
    })
    command.add(
      asOpenLink(link)
        .command(payloadType, payload, id, mayLeave)
        .subscribe({
          next: () => {
            hasLeft = true
            const reply$ = replied$.pipe(
              finalize(() => {
                command.unsubscribe()
              }),
            )
            subscriber.next({ intent, link, reply$ })
          },
          error: (error: unknown) => {
            if (hasLeft) replied$.error(error)
            else subscriber.error(error)
          },
        }),
    )
  })

const noteUnsent = (journal: Journal, intent: OrderIntent): void => {
  settle(journal, intent, 'notSent').subscribe()
}

/** Writes the intent, then sends the order. If it does not leave, that is written down too. */
const writeAndLeave = (
  link: Link,
  journal: Journal,
  intent: OrderIntent,
  mayLeave: () => CTraderError | undefined,
): Observable<Dispatch> =>
  defer(() => {
    let hasLeft = false
    return concat(writeEntry(journal, intent), leave(link, intent, mayLeave)).pipe(
      tap(() => {
        hasLeft = true
      }),
      finalize(() => {
        if (!hasLeft) noteUnsent(journal, intent)
      }),
    )
  })

const tooLate = (ms: number): CTraderError => notSent(undefined, `it could not leave within ${ms} ms`)

/**
 * Runs `act` on the current link, or on the one that is being made, and emits its first value. Errors with the
 * cause when there is no link. With no attempt under way it errors at once; otherwise when the attempt fails or the
 * line is lost. With `whenReconnected: 'send'` it waits for the next link instead. Errors after the timeout.
 */
export const withOrderLink = <T>(
  account: Account,
  { sendsLater, timeout: ms }: Pick<OrderSettings, 'sendsLater' | 'timeout'>,
  act: (link: Link) => Observable<T>,
): Observable<T> =>
  accountLines(account).pipe(
    switchMap(line => {
      if ('link' in line) return act(line.link)
      return sendsLater ? EMPTY : throwError(() => line.lost)
    }),
    take(1),
    ms === undefined ? identity : accountTimeout(account, ms, () => tooLate(ms)),
    // The account completes without error when its Angular injector is destroyed.
    throwIfEmpty(() => notSent(undefined, 'the account has ended')),
  )

/**
 * Checks an order, writes its intent, and sends it. Emits once, when the order leaves, and completes. Unsubscribing
 * before that withdraws the order. Errors with the reason if it cannot be sent.
 */
export const dispatch = <T extends CommandType>(
  account: Account,
  payloadType: T,
  frame: Frame<T>,
  settings: OrderSettings,
): Observable<Dispatch> =>
  defer(() => {
    const { accountId } = account
    const { journal, timeout } = settings
    const elapsed = stopwatch()
    /**
     * After a sleep or a long task, the order's turn may come before the timer that withdraws it. So check the
     * clock too.
     */
    const mayLeave = (): CTraderError | undefined =>
      timeout !== undefined && elapsed() >= timeout ? tooLate(timeout) : undefined
    let lastId: string | undefined

    return withOrderLink(account, settings, link => {
      const id = asOpenLink(link).nextId()
      lastId = id
      return concat(checkReadable(journal), frame(link, id)).pipe(
        take(1),
        switchMap(payload => {
          const at = asyncScheduler.now()
          const entry = { state: 'intended', id, accountId, payloadType, payload, at }
          return writeAndLeave(link, journal, entry as unknown as OrderIntent, mayLeave)
        }),
      )
    }).pipe(catchError((error: unknown) => throwError(() => toNotSent(lastId, error))))
  })
