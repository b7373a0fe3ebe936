import { map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { changeTerms, noTerms } from './validation/changeTerms'
import type { ChangeTerms } from './validation/changeTerms'
import { amendProtectionFrame } from './validation/amendProtectionRequest'
import type { ProtectionChanges } from './model/changes'
import { lookUpAccount } from './validation/rights'
import { runChange } from './runCommand'
import type { OrderOptions } from './model/orderOptions'
import { findOpenPosition } from './reconciling/openEntities'
import type { OrderUpdate } from './model/orderUpdate'

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
export interface AmendProtectionInput extends ProtectionChanges {
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
  { positionId, ...changes }: AmendProtectionInput,
  options: OrderOptions = {},
): Observable<OrderUpdate> =>
  runChange(
    account,
    PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ,
    link =>
      findOpenPosition(account, link, positionId).pipe(
        switchMap(position =>
          termsFor(account, changes, position.tradeData.symbolId).pipe(
            map(terms => amendProtectionFrame(position, changes, terms)),
          ),
        ),
      ),
    options,
    lookUpAccount,
  )
