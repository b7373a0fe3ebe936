import { map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { PayloadType } from '../protocol/payloadType'
import type { ProtoOAAmendPositionSLTPReq } from '../protocol/messages/positions'
import type { Account } from '../session/account'
import { changeTerms, noTerms } from './validation/changeTerms'
import type { ChangeTerms } from './validation/changeTerms'
import { amendProtectionFrame } from './validation/amendProtectionRequest'
import type { ProtectionChanges } from './model/changes'
import { runCommand } from './runCommand'
import type { QueriedState, CommandKind } from './reconciling/resolveOutcome'
import { trackProtection } from './tracking/trackProtection'
import type { OrderOptions } from './model/orderOptions'
import { openPosition, orderOfPosition } from './reconciling/orderQueries'
import { isBehind } from './tracking/protectionMatch'
import { orThrow } from './model/invalidOrder'
import { findOpenPosition, changeRequest } from './reconciling/openEntities'
import type { OrderUpdate } from './model/orderUpdate'

type AmendProtectionType = typeof PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ

/** Of a position that is closed the order that was behind its protections tells which it had last. */
const onceProtected = (
  link: Link,
  accountId: number,
  asked: ProtoOAAmendPositionSLTPReq,
): Observable<QueriedState> =>
  orderOfPosition(link, accountId, asked.positionId, order => isBehind(asked, order)).pipe(
    map(order => {
      const { positionId } = asked
      return order
        ? { state: 'over', update: { status: 'replaced', positionId, orderId: order.orderId, order } }
        : {
            state: 'absent',
            detail: `position ${positionId} is not open (2124), and none of its orders has these protections (2183)`,
          }
    }),
  )

export const protectionAmendments: CommandKind<AmendProtectionType> = {
  payloadType: PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ,
  follow: ({ id, payload }) =>
    trackProtection({ positionId: payload.positionId, clientMsgId: id, asked: payload }),
  look: ({ account, link, intended: { payload } }) =>
    openPosition(link, account.accountId, payload.positionId).pipe(
      switchMap(position =>
        position
          ? of<QueriedState>({
              state: 'absent',
              reports: [{ position }],
              detail: `position ${payload.positionId} has other protections (2124)`,
            })
          : onceProtected(link, account.accountId, payload),
      ),
    ),
}

/** What is removed or left as it is needs no terms of the symbol. */
const termsFor = (
  account: Account,
  { guaranteedStopLoss, stopLoss, takeProfit }: ProtectionChanges,
  symbolId: number,
): Observable<ChangeTerms> =>
  (stopLoss ?? takeProfit) == null && guaranteedStopLoss !== true
    ? of(noTerms(symbolId))
    : changeTerms(account, symbolId)

/** Which position, and what of its protections is to be another. */
export interface ProtectionAmendment extends ProtectionChanges {
  readonly positionId: number
}

/**
 * Changes the protections of a position (`ProtoOAAmendPositionSLTPReq`): a leg that is not mentioned stays, and one
 * that is `null` is removed; pips are from the entry price of the position. Tells `sent`, and at the end `protected` or
 * `rejected`, or `replaced` with the order behind the protections where the position was closed before that was found
 * out; lives through lost lines as `placeOrder` does, completes with that end, and errors with `NotSent`, `InvalidOrder`,
 * or `NotFound` where the server showed no sign of it.
 *
 * ```ts
 * amendProtection(account, { positionId, stopLoss: pips(0) }).subscribe(({ status }) => console.log(status))
 * ```
 */
export const amendProtection = (
  account: Account,
  { positionId, ...changes }: ProtectionAmendment,
  options: OrderOptions = {},
): Observable<OrderUpdate> =>
  runCommand(
    account,
    protectionAmendments,
    link =>
      changeRequest(
        account,
        link,
        findOpenPosition(account, link, positionId).pipe(
          switchMap(position =>
            termsFor(account, changes, position.tradeData.symbolId).pipe(
              map(terms => orThrow(amendProtectionFrame(position, changes, terms))),
            ),
          ),
        ),
      ),
    options,
  )
