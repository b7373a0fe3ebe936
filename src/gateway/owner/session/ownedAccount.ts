import {
  BehaviorSubject,
  EMPTY,
  Subscription,
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  switchMap,
  take,
  tap,
  throwError,
  timeout,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../../../clock'
import type { Link } from '../../../connection/link'
import { CTraderError } from '../../../errors'
import { isRefusedAs } from '../../../protocol/errorCodes'
import { PayloadType } from '../../../protocol/payloadType'
import type { AccountMessageType } from '../../../protocol/table'
import type { Account } from '../../../session/account'
import { accountMessages } from '../../../session/state/accountMessages'
import { accountLinks } from '../../../streams/sharing/accountLinks'
import { omitUndefined } from '../../../util/omitUndefined'
import type { AccountPacket } from '../../bus/messages'
import type { KeptGrant } from '../grants/grants'

/** The events that every session of an account gets. */
const EVENTS: readonly AccountMessageType[] = [
  PayloadType.PROTO_OA_EXECUTION_EVENT,
  PayloadType.PROTO_OA_TRADER_UPDATE_EVENT,
  PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT,
  PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT,
  PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT,
  PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_EVENT,
  PayloadType.PROTO_OA_MARGIN_CALL_TRIGGER_EVENT,
]

/** How long a request waits for an account that is not authenticated, in ms. */
const PATIENCE = 5_000
/** An account that has failed is tried again after this many ms at the earliest. */
const AGAIN_AFTER = 5_000
/** How many tokens are tried after one that was refused. The first may be one that another process has renewed. */
const REPLACEMENTS = 2

type State =
  | { readonly link: Link | undefined; readonly failure?: undefined }
  | { readonly link?: undefined; readonly failure: unknown }

/** An account on a line to cTrader, kept authenticated for the edges that need it. */
export interface OwnedAccount {
  readonly account: Account
  /** The link on which it is authenticated: the current one, then each change. */
  readonly link$: Observable<Link | undefined>
  readonly link: () => Link | undefined
  /** The current link, or the next one within some seconds. Errors with the cause if there will be none. */
  readonly ready: () => Observable<Link>
  /** Whether its session has failed, and is not tried again before the next one needs it. */
  readonly hasFailed: () => boolean
  /** How many events there have been: what was asked before the last one may be out of date. */
  readonly events: () => number
  readonly close: () => void
}

const tooLate = (): CTraderError =>
  new CTraderError({ reason: 'ConnectionLost', sent: false, detail: 'the account is not authenticated' })

const accountEvents = (link: Link, accountId: number): Observable<AccountPacket> =>
  merge(...EVENTS.map(payloadType => accountMessages(link, accountId, payloadType))).pipe(
    map(({ payloadType, clientMsgId, payload }) => ({
      kind: 'event',
      payloadType,
      payload,
      ...omitUndefined({ clientMsgId }),
    })),
  )

export const createOwnedAccount = (
  account: Account,
  grant: KeptGrant,
  publish: (packet: AccountPacket) => void,
): OwnedAccount => {
  const state$ = new BehaviorSubject<State>({ link: undefined })
  const link$ = state$.pipe(
    map(({ link }) => link),
    distinctUntilChanged(),
  )
  const life = new Subscription()
  let session = Subscription.EMPTY
  let events = 0
  let failedAt = -Infinity

  const tell = (packet: AccountPacket): void => {
    events += 1
    publish(packet)
  }
  const tellLost = (): void => {
    tell({ kind: 'lost' })
  }
  /** A session that fails has no gap to be told of, and edges would believe that it is authenticated. */
  const lost$ = defer(() => {
    tellLost()
    return EMPTY
  })
  const gaps$ = account.gap$.pipe(
    filter(({ resumed }) => !resumed),
    tap(tellLost),
    ignoreElements(),
    // The links fail for the same reason, and say why.
    catchError(() => EMPTY),
  )
  /** One session: its gaps are listened to second, so that who asks after a gap finds no lost link. */
  const links$ = merge(accountLinks(account), gaps$)
  /** A token that is refused is replaced, and the account begins again: so many times until one is good. */
  const sessionWith = (replacements: number): Observable<Link | undefined> => {
    let left = replacements
    return links$.pipe(
      tap(link => {
        if (link) left = REPLACEMENTS
      }),
      catchError((error: unknown) =>
        left > 0 && isRefusedAs(error, 'badToken')
          ? concat(
              of(undefined),
              lost$,
              grant.replaceToken(error),
              defer(() => sessionWith(left - 1)),
            )
          : throwError(() => error),
      ),
    )
  }
  const begin = (): void => {
    state$.next({ link: undefined })
    session = sessionWith(REPLACEMENTS).subscribe({
      next: link => {
        state$.next({ link })
      },
      error: (failure: unknown) => {
        failedAt = monotonicNow()
        state$.next({ failure })
        tellLost()
      },
    })
  }
  begin()
  life.add(() => {
    session.unsubscribe()
  })
  life.add(grant.renewal$.subscribe())
  life.add(
    link$.pipe(switchMap(link => (link ? accountEvents(link, account.accountId) : EMPTY))).subscribe(tell),
  )

  return {
    account,
    link$,
    link: () => state$.value.link,
    ready: () =>
      defer(() => {
        if (state$.value.failure !== undefined && monotonicNow() - failedAt >= AGAIN_AFTER) {
          session.unsubscribe()
          begin()
        }
        return state$.pipe(
          mergeMap(({ link, failure }) =>
            failure === undefined ? (link ? of(link) : EMPTY) : throwError(() => failure as Error),
          ),
          take(1),
          timeout({ first: PATIENCE, with: () => throwError(tooLate) }),
        )
      }),
    hasFailed: () => state$.value.failure !== undefined,
    events: () => events,
    close: () => {
      life.unsubscribe()
      state$.next({ link: undefined })
    },
  }
}
