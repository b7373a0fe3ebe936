import { filter, map, merge, share, takeUntil } from 'rxjs'
import type { Observable } from 'rxjs'
import { asOpenLink } from '../../connection/link'
import type { Link } from '../../connection/link'
import { PayloadType } from '../../protocol/payloadType'
import { messageRow } from '../../protocol/table'
import type { FrameError } from '../../transport/frameErrors'
import { pace } from './pace'
import { oncePer } from '../../util/oncePer'
import { omitUndefined } from '../../util/omitUndefined'

/**
 * State that the server keeps, and whose changes it reports:
 *
 * - `account`: positions, orders, deals, the balance, and whether the account is authenticated
 * - `quotes`: prices and live bars
 * - `book`: order books
 * - `symbols`: the list of symbols and their terms
 * - `marginCalls`: the thresholds
 */
export type StateKind = 'account' | 'quotes' | 'book' | 'symbols' | 'marginCalls'

const kinds: readonly StateKind[] = ['account', 'quotes', 'book', 'symbols', 'marginCalls']

/** The state that an event changes. If the event cannot be read, the state must be requested again. */
const changedBy: Readonly<Partial<Record<number, StateKind>>> = {
  [PayloadType.PROTO_OA_EXECUTION_EVENT]: 'account',
  [PayloadType.PROTO_OA_ORDER_ERROR_EVENT]: 'account',
  [PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT]: 'account',
  [PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT]: 'account',
  [PayloadType.PROTO_OA_TRADER_UPDATE_EVENT]: 'account',
  // The next request shows whether the account is still authenticated.
  [PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT]: 'account',
  [PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT]: 'account',
  [PayloadType.PROTO_OA_CLIENT_DISCONNECT_EVENT]: 'account',
  [PayloadType.PROTO_OA_SPOT_EVENT]: 'quotes',
  [PayloadType.PROTO_OA_DEPTH_EVENT]: 'book',
  [PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT]: 'symbols',
  [PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_EVENT]: 'marginCalls',
  [PayloadType.PROTO_OA_MARGIN_CALL_TRIGGER_EVENT]: 'marginCalls',
}

/** State of an account that may have changed unnoticed. */
export interface Unread {
  readonly kind: StateKind
  /** The symbols, if known; otherwise it may be any. */
  readonly symbolIds?: ReadonlySet<number>
  /** The payload type of the frame, if it could be read. */
  readonly payloadType?: number
}

/** The state that an unreadable frame may have changed: all of it, if the frame does not say. */
const kindsOf = ({ payloadType, reason }: FrameError): readonly StateKind[] => {
  // It could be read, but this release does not know its type.
  if (reason === 'UnknownPayloadType') return []
  if (payloadType === undefined || messageRow(payloadType) === undefined) return kinds
  const kind = changedBy[payloadType]
  return kind ? [kind] : []
}

/** The symbols of both, or any symbol if one of them does not say. */
const joined = ({ symbolIds }: Unread, { symbolIds: others, ...unread }: Unread): Unread => ({
  ...unread,
  ...(symbolIds && others && { symbolIds: new Set([...symbolIds, ...others]) }),
})

type PerKind = Readonly<Record<StateKind, Observable<Unread>>>

const unreadOn = oncePer((link: Link, accountId: number): PerKind => {
  // A frame without an account may belong to any account.
  const concerned$ = asOpenLink(link).unread$.pipe(
    filter(({ ctidTraderAccountId = accountId }) => ctidTraderAccountId === accountId),
    takeUntil(link.closed$),
  )
  const ofKind = (kind: StateKind): Observable<Unread> =>
    concerned$.pipe(
      filter(error => kindsOf(error).includes(kind)),
      map(({ payloadType, symbolId }): Unread => ({
        kind,
        ...omitUndefined({ payloadType }),
        ...(symbolId !== undefined && { symbolIds: new Set([symbolId]) }),
      })),
      pace(joined),
      // A late subscriber must not restart the short pauses.
      share({ resetOnRefCountZero: false }),
    )
  return {
    account: ofKind('account'),
    quotes: ofKind('quotes'),
    book: ofKind('book'),
    symbols: ofKind('symbols'),
    marginCalls: ofKind('marginCalls'),
  }
})

/**
 * Emits at once for each unreadable frame that may have changed state of this kind, for consumers that must stop
 * using it. A value of `unreadByKind` follows, up to a minute later.
 */
export const eachUnread = (
  link: Link,
  accountId: number,
  kind: StateKind,
  symbolId: number,
): Observable<unknown> =>
  asOpenLink(link).unread$.pipe(
    filter(
      error =>
        (error.ctidTraderAccountId ?? accountId) === accountId &&
        (error.symbolId ?? symbolId) === symbolId &&
        kindsOf(error).includes(kind),
    ),
  )

/**
 * Emits when a frame on the link could not be read and may have changed this kind of state of the account. If a
 * symbol is given, only frames that may concern it count. The state must then be requested again. It emits at once;
 * while more such frames come, pauses grow up to a minute. A frame that does not name its account, symbol or type
 * counts for all of them. It only listens, so it does not keep the link open. Completes when the line is lost,
 * because everything is requested on the next one anyway.
 *
 * ```text
 * const orders$ = unsure(link, account.accountId, 'account').pipe(
 *   startWith(undefined),
 *   switchMap(() => answerOn(link, () => link.request(PayloadType.PROTO_OA_RECONCILE_REQ, { ctidTraderAccountId }))),
 * )
 * ```
 */
export const unreadByKind = (
  link: Link,
  accountId: number,
  kind: StateKind,
  symbolId?: number,
): Observable<Unread> => {
  const unread$ = unreadOn(link, accountId)[kind]
  return symbolId === undefined
    ? unread$
    : unread$.pipe(filter(({ symbolIds }) => symbolIds?.has(symbolId) ?? true))
}

/** The same for all kinds of state. */
export const unreadOfAnyKind = (link: Link, accountId: number): Observable<Unread> =>
  merge(...kinds.map(kind => unreadByKind(link, accountId, kind)))
