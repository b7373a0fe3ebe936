import { filter, map, merge, share, takeUntil } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { PayloadType } from '../../protocol/payloadType'
import { rowOf } from '../../protocol/table'
import type { FrameError } from '../../transport/frame'
import { pace } from './pace'

/**
 * What the server keeps and tells changes of:
 *
 * - `account`: positions, orders, deals, the balance, and whether the account is authenticated
 * - `quotes`: prices and live bars
 * - `book`: order books
 * - `symbols`: the list of symbols and their terms
 * - `marginCalls`: the thresholds
 */
export type StateKind = 'account' | 'quotes' | 'book' | 'symbols' | 'marginCalls'

const kinds: readonly StateKind[] = ['account', 'quotes', 'book', 'symbols', 'marginCalls']

/** What an event changes: if it cannot be read, this has to be asked for anew. */
const changedBy: Readonly<Partial<Record<number, StateKind>>> = {
  [PayloadType.PROTO_OA_EXECUTION_EVENT]: 'account',
  [PayloadType.PROTO_OA_ORDER_ERROR_EVENT]: 'account',
  [PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT]: 'account',
  [PayloadType.PROTO_OA_MARGIN_CHANGED_EVENT]: 'account',
  [PayloadType.PROTO_OA_TRADER_UPDATE_EVENT]: 'account',
  // Whether the account is still authenticated, the next request shows.
  [PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT]: 'account',
  [PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT]: 'account',
  [PayloadType.PROTO_OA_CLIENT_DISCONNECT_EVENT]: 'account',
  [PayloadType.PROTO_OA_SPOT_EVENT]: 'quotes',
  [PayloadType.PROTO_OA_DEPTH_EVENT]: 'book',
  [PayloadType.PROTO_OA_SYMBOL_CHANGED_EVENT]: 'symbols',
  [PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_EVENT]: 'marginCalls',
  [PayloadType.PROTO_OA_MARGIN_CALL_TRIGGER_EVENT]: 'marginCalls',
}

/** Something of an account that may have changed unnoticed. */
export interface Unread {
  readonly kind: StateKind
  /** Of which symbols, where it is known; otherwise it may be any. */
  readonly symbolIds?: ReadonlySet<number>
  /** The payload type of the frame, where it could be read. */
  readonly payloadType?: number
}

/** What a frame that could not be read may have been about: anything, where it does not say. */
const kindsOf = ({ payloadType, reason }: FrameError): readonly StateKind[] => {
  // It was read well, and nothing here knows what it is.
  if (reason === 'UnknownPayloadType') return []
  if (payloadType === undefined || rowOf(payloadType) === undefined) return kinds
  const kind = changedBy[payloadType]
  return kind ? [kind] : []
}

/** Of which symbols both are: of any, where one of them does not say. */
const joined = ({ symbolIds }: Unread, { symbolIds: others, ...unread }: Unread): Unread => ({
  ...unread,
  ...(symbolIds && others && { symbolIds: new Set([...symbolIds, ...others]) }),
})

type PerKind = Readonly<Record<StateKind, Observable<Unread>>>

const perKind = new WeakMap<Link, PerKind>()

const unreadOn = (link: Link, accountId: number): PerKind => {
  const known = perKind.get(link)
  if (known) return known
  // Where it does not say whose it is, it may be of any account.
  const concerned$ = link.unread$.pipe(
    filter(({ ctidTraderAccountId = accountId }) => ctidTraderAccountId === accountId),
    takeUntil(link.closed$),
  )
  const ofKind = (kind: StateKind): Observable<Unread> =>
    concerned$.pipe(
      filter(error => kindsOf(error).includes(kind)),
      map(({ payloadType, symbolId }): Unread => ({
        kind,
        ...(payloadType !== undefined && { payloadType }),
        ...(symbolId !== undefined && { symbolIds: new Set([symbolId]) }),
      })),
      pace(joined),
      // Who comes later must not begin with short pauses again.
      share({ resetOnRefCountZero: false }),
    )
  const made: PerKind = {
    account: ofKind('account'),
    quotes: ofKind('quotes'),
    book: ofKind('book'),
    symbols: ofKind('symbols'),
    marginCalls: ofKind('marginCalls'),
  }
  perKind.set(link, made)
  return made
}

/**
 * Emits for each frame that could not be read and may have changed state of this kind, at once: for what must not go on
 * with what is no longer sure. It is followed by a value of `unsure`, up to a minute later.
 */
export const eachUnread = (
  link: Link,
  accountId: number,
  kind: StateKind,
  symbolId: number,
): Observable<unknown> =>
  link.unread$.pipe(
    filter(
      error =>
        (error.ctidTraderAccountId ?? accountId) === accountId &&
        (error.symbolId ?? symbolId) === symbolId &&
        kindsOf(error).includes(kind),
    ),
  )

/**
 * Emits when a frame came on the link which could not be read, and which may have changed something of the account:
 * state of this kind, of this symbol where one is given, is then no longer sure and has to be asked for anew. At once,
 * and where more such frames keep coming with growing pauses of up to a minute. A frame that does not say whose it is,
 * of which symbol or of which type, counts for all of them. Only listens, and so does not keep the link open; completes
 * when the line is lost, as all is asked for on the next one anyway.
 *
 * ```text
 * const orders$ = unsure(link, account.accountId, 'account').pipe(
 *   startWith(undefined),
 *   switchMap(() => answerOn(link, () => link.request(PayloadType.PROTO_OA_RECONCILE_REQ, { ctidTraderAccountId }))),
 * )
 * ```
 */
export const unsure = (
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

/** The same of all kinds of state. */
export const unsureOfAny = (link: Link, accountId: number): Observable<Unread> =>
  merge(...kinds.map(kind => unsure(link, accountId, kind)))
