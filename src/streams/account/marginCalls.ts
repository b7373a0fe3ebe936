import { NEVER, distinctUntilChanged, filter, map, merge, mergeMap, scan, startWith, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import { listed, noEntities, told } from './entityMap'
import type { Entities } from './entityMap'
import { valuesOf } from '../../util/persistentMap'
import { deepEqual } from '../../util/deepEqual'
import type { ProtoOAMarginCall } from '../../protocol/messages/account'
import { PayloadType } from '../../protocol/payloadType'
import { messagesOf } from '../../session/state/accountMessages'
import type { Account } from '../../session/account'
import { unsure } from '../../session/state/unread'
import { accountLinks, answerOn } from '../sharing/live'
import { shareByKey } from '../sharing/shareByKey'

/** The margin levels, in percent, at which the account is called (`ProtoOAMarginCall`). */
export interface MarginCalls {
  readonly all: readonly ProtoOAMarginCall[]
  /** With the one value that says so: the margin level has come down to this. */
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
    messagesOf(link, ctidTraderAccountId, PayloadType.PROTO_OA_MARGIN_CALL_UPDATE_EVENT).pipe(
      map(({ payload: { marginCall } }): Act => ({ calls, isListed }) => ({
        calls: told(calls, typeOf(marginCall), marginCall),
        isListed,
      })),
    ),
    messagesOf(link, ctidTraderAccountId, PayloadType.PROTO_OA_MARGIN_CALL_TRIGGER_EVENT).pipe(
      map(({ payload: { marginCall } }): Act => known => ({ ...known, triggered: marginCall })),
    ),
    unsure(link, ctidTraderAccountId, 'marginCalls').pipe(
      startWith(undefined),
      switchMap(() =>
        answerOn(link, () =>
          link.request(PayloadType.PROTO_OA_MARGIN_CALL_LIST_REQ, { ctidTraderAccountId }),
        ),
      ),
      map(({ marginCall = [] }): Act => known => ({
        ...known,
        calls: listed(known.calls, marginCall, typeOf),
        isListed: true,
      })),
    ),
  ).pipe(scan((known: Known, act) => act(known), { calls: noEntities, isListed: false }))

const shared = shareByKey<MarginCalls>()

/**
 * The margin calls of the account: all of them at once, again when a threshold was moved, and when one is triggered,
 * which the server tells at most once in ten minutes. Asked (2167) when the first consumer comes and on each line
 * after, and kept by events; a call that was triggered while the line was down is not told, as `equity` tells the margin
 * level. While the line is down nothing new comes, and a late consumer gets what was known before. Errors with the
 * account; never completes.
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
        const all = valuesOf(calls.all)
        return triggered ? [{ all }, { all, triggered }] : [{ all }]
      }),
      distinctUntilChanged((before, { all, triggered }) => !triggered && deepEqual(before.all, all)),
    ),
  ).pipe(
    // What was triggered before a late subscriber came is no news.
    map(({ all, triggered }, index) => (triggered && index > 0 ? { all, triggered } : { all })),
  )
