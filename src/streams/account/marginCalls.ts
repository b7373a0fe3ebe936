import { NEVER, distinctUntilChanged, filter, map, merge, mergeMap, scan, startWith, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { applyList, noEntities, applyEntity } from './entityMap'
import type { Entities } from './entityMap'
import { toValues } from '../../util/persistentMap'
import { deepEqual } from '../../util/deepEqual'
import type { ProtoOAMarginCall } from '../../protocol/messages/account'
import { PayloadType } from '../../protocol/payloadType'
import { accountMessages } from '../../session/state/accountMessages'
import type { Account } from '../../session/account'
import { unreadByKind } from '../../session/state/unread'
import { accountLinks } from '../sharing/accountLinks'
import { retryOnLink } from '../sharing/persist'
import { shareByKey } from '../sharing/shareByKey'

/** The margin levels, in percent, at which the account gets a margin call (`ProtoOAMarginCall`). */
export interface MarginCalls {
  readonly all: readonly ProtoOAMarginCall[]
  /** Present in one value only: the margin level has fallen to this threshold. */
  readonly triggered?: ProtoOAMarginCall
}

interface Known {
  readonly calls: Entities<ProtoOAMarginCall>
  readonly isListed: boolean
  readonly triggered?: ProtoOAMarginCall
}

type Act = (known: Known) => Known

const typeOf = ({ marginCallType }: ProtoOAMarginCall): number => marginCallType

const knownOn = (link: Link, ctidTraderAccountId: number): Observable<Known> =>
  merge(
    accountMessages(link, ctidTraderAccountId, PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_EVENT).pipe(
      map(({ payload: { marginCall } }): Act => ({ calls, isListed }) => ({
        calls: applyEntity(calls, typeOf(marginCall), marginCall),
        isListed,
      })),
    ),
    accountMessages(link, ctidTraderAccountId, PayloadType.PROTO_OA_MARGIN_CALL_TRIGGER_EVENT).pipe(
      map(({ payload: { marginCall } }): Act => known => ({ ...known, triggered: marginCall })),
    ),
    unreadByKind(link, ctidTraderAccountId, 'marginCalls').pipe(
      startWith(undefined),
      switchMap(() =>
        retryOnLink(link, () =>
          link.request(PayloadType.PROTO_OA_MARGIN_CALL_LIST_REQ, { ctidTraderAccountId }),
        ),
      ),
      map(({ marginCall = [] }): Act => known => ({
        ...known,
        calls: applyList(known.calls, marginCall, typeOf),
        isListed: true,
      })),
    ),
  ).pipe(scan((known: Known, act) => act(known), { calls: noEntities, isListed: false }))

const shared = shareByKey<MarginCalls>()

/**
 * The margin calls of the account. Emits all of them at once, again when a threshold changes, and when a call is
 * triggered. The server reports a triggered call at most once in ten minutes.
 *
 * Requested (2167) for the first consumer and on each new line, then kept up to date by events. A call that is
 * triggered while the line is down is not reported; `equity` has the margin level. While the line is down nothing
 * new comes, and a late consumer gets the last value. Errors with the account; never completes.
 *
 * ```ts
 * marginCalls(account).subscribe(({ triggered }) => {
 *   if (triggered) console.log(`margin level at ${triggered.marginLevelThreshold} %`)
 * })
 * ```
 */
export const marginCalls = (account: Account): Observable<MarginCalls> =>
  shared(account, '', () =>
    accountLinks(account).pipe(
      switchMap(link => (link ? knownOn(link, account.accountId) : NEVER)),
      filter(({ isListed }) => isListed),
      mergeMap(({ calls, triggered }): MarginCalls[] => {
        const all = toValues(calls.all)
        return triggered ? [{ all }, { all, triggered }] : [{ all }]
      }),
      distinctUntilChanged((before, { all, triggered }) => !triggered && deepEqual(before.all, all)),
    ),
  ).pipe(
    // A late subscriber does not need a call that was triggered earlier.
    map(({ all, triggered }, index) => (triggered && index > 0 ? { all, triggered } : { all })),
  )
