import { Observable, filter, map, merge } from 'rxjs'
import type { Link } from '../../connection/link'
import { CTraderError } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import { passOn } from '../../util/observables/passOn'
import type { AccountMessageType, MessageOf, SymbolFilter, Payload } from '../../protocol/table'

const concerns = (accountId: number, payload: Payload<AccountMessageType>): boolean =>
  'ctidTraderAccountId' in payload
    ? payload.ctidTraderAccountId === accountId
    : 'ctidTraderAccountIds' in payload && payload.ctidTraderAccountIds.includes(accountId)

/** An account's messages of one payload type on a link. */
export const accountMessages = <T extends AccountMessageType>(
  link: Link,
  accountId: number,
  payloadType: T,
  ...symbolId: SymbolFilter<T>
): Observable<MessageOf<T>> =>
  link.on(payloadType, ...symbolId).pipe(filter(({ payload }) => concerns(accountId, payload)))

/**
 * Their payloads: `accountMessages` with `map`, in one step instead of two, because every price passes through here for
 * each stream that uses it.
 */
export const accountPayloads = <T extends AccountMessageType>(
  link: Link,
  accountId: number,
  payloadType: T,
  ...symbolId: SymbolFilter<T>
): Observable<Payload<T>> =>
  new Observable(subscriber =>
    link.on(payloadType, ...symbolId).subscribe(
      passOn(subscriber, ({ payload }) => {
        if (concerns(accountId, payload)) subscriber.next(payload)
      }),
    ),
  )

/** The server ends this account's session while the line is fine. */
export const sessionEnds = (link: Link, accountId: number): Observable<CTraderError> =>
  merge(
    accountMessages(link, accountId, PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT),
    accountMessages(link, accountId, PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT),
  ).pipe(
    map(
      ({ payloadType, payload }) =>
        new CTraderError({
          reason: 'SessionEnded',
          payloadType,
          ...('reason' in payload && { detail: payload.reason }),
        }),
    ),
  )
