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
import { findOpenPosition, changeRequest } from './reconciling/openEntities'
import type { OrderUpdate } from './model/orderUpdate'

type AmendProtectionType = typeof PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ

/** If the position is closed, the order behind its protections shows which ones it had last. */
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

/** The symbol's terms are not needed when nothing new has to be checked. */
const termsFor = (
  account: Account,
  { guaranteedStopLoss, stopLoss, takeProfit }: ProtectionChanges,
  symbolId: number,
): Observable<ChangeTerms> =>
  (stopLoss ?? takeProfit) == null && guaranteedStopLoss !== true
    ? of(noTerms(symbolId))
    : changeTerms(account, symbolId)

/** Which position to change, and its new protections. */
export interface ProtectionAmendment extends ProtectionChanges {
  readonly positionId: number
}

/**
 * Changes the protections of a position (`ProtoOAAmendPositionSLTPReq`). A leg that is left out stays, and one that
 * is `null` is removed. Pips count from the entry price of the position.
 *
 * Emits `sent`, then at the end `protected` or `rejected`. If the position was closed before the outcome was known,
 * it emits `replaced` with the order behind the protections. Survives lost lines as `placeOrder` does, and
 * completes at the end. Errors with `NotSent`, `InvalidOrder`, or `NotFound` if the server showed no sign of it.
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
              map(terms => amendProtectionFrame(position, changes, terms)),
            ),
          ),
        ),
      ),
    options,
  )
