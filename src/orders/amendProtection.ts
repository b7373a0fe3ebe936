import { map, switchMap, take } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../protocol/payloadType'
import type { Account } from '../session/account'
import { symbol } from '../streams/symbols'
import { amendProtectionFrame } from './amendProtectionFrame'
import type { ProtectionChanges } from './changes'
import { command } from './command'
import type { Kind } from './finding'
import { followProtection } from './followProtection'
import type { OrderOptions } from './options'
import { openPosition } from './outcome'
import { orThrow } from './rules/invalid'
import { positionOn, permitted } from './standing'
import type { OrderUpdate } from './update'

type AmendProtectionType = typeof PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ

export const protectionAmendments: Kind<AmendProtectionType> = {
  payloadType: PayloadType.PROTO_OA_AMEND_POSITION_SLTP_REQ,
  follow: ({ id, payload }) =>
    followProtection({ positionId: payload.positionId, clientMsgId: id, asked: payload }),
  // A position that has other protections shows no sign of it.
  look: ({ account, link, intended }) =>
    openPosition(link, account.accountId, intended.payload.positionId).pipe(
      map(position => ({ state: 'absent', heard: position ? [{ position }] : [] })),
    ),
}

/** Which position, and what of its protections is to be another. */
export interface ProtectionAmendment extends ProtectionChanges {
  readonly positionId: number
}

/**
 * Changes the protections of a position (`ProtoOAAmendPositionSLTPReq`): a leg that is not mentioned stays, and one
 * that is `null` is removed; pips are from the entry price of the position. Tells `sent`, and at the end `protected` or
 * `rejected`; lives through lost lines as `placeOrder` does.
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
  command(
    account,
    protectionAmendments,
    link =>
      permitted(
        account,
        positionOn(link, account.accountId, positionId).pipe(
          switchMap(position =>
            symbol(account, position.tradeData.symbolId).pipe(
              take(1),
              map(terms => orThrow(amendProtectionFrame(position, changes, terms))),
            ),
          ),
        ),
      ),
    options,
  )
