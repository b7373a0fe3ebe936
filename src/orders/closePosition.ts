import { map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import { PayloadType } from '../protocol/payloadType'
import type { ProtoOAPosition } from '../protocol/messages/positions'
import type { Account } from '../session/account'
import { changeTerms } from './validation/changeTerms'
import { lookUpAccount, lookUpRights } from './validation/rights'
import { runChange } from './runCommand'
import type { Volume } from './model/newOrder'
import type { OrderOptions } from './model/orderOptions'
import { checkNames } from './validation/rules/fields'
import { volumeToClose } from './validation/rules/volume'
import { findOpenPosition } from './reconciling/openEntities'
import type { OrderUpdate } from './model/orderUpdate'

/** Which position to close, and how much of it. Without `volume`, all of it. */
export interface ClosePositionInput {
  readonly positionId: number
  readonly volume?: Volume
}

const closingNames: Record<keyof ClosePositionInput, true> = { positionId: true, volume: true }

const volumeIn = (
  account: Account,
  { tradeData }: ProtoOAPosition,
  volume: Volume | undefined,
): Observable<number> =>
  volume === undefined
    ? of(tradeData.volume)
    : changeTerms(account, tradeData.symbolId).pipe(
        map(terms => volumeToClose(volume, tradeData.volume, terms)),
      )

/** Closes a volume of a position, in cents. */
export const closeVolume = (
  account: Account,
  positionId: number,
  volumeOn: (link: Link) => Observable<number>,
  options: OrderOptions,
  lookUp = lookUpRights,
): Observable<OrderUpdate> =>
  runChange(
    account,
    PayloadType.PROTO_OA_CLOSE_POSITION_REQ,
    link => volumeOn(link).pipe(map(volume => ({ positionId, volume }))),
    options,
    lookUp,
  )

/**
 * Closes a position or a part of it (`ProtoOAClosePositionReq`). Emits `sent`, `accepted`, `filled` … of the
 * closing order. Survives lost lines as `placeOrder` does, and completes at its end. Errors with `NotSent`,
 * `InvalidOrder`, or `NotFound` if the server showed no sign of it.
 *
 * ```ts
 * closePosition(account, { positionId, volume: lots(0.05) }).subscribe(({ status }) => console.log(status))
 * ```
 */
export const closePosition = (
  account: Account,
  input: ClosePositionInput,
  options: OrderOptions = {},
): Observable<OrderUpdate> => {
  const { positionId, volume } = input
  return closeVolume(
    account,
    positionId,
    link => {
      // A misspelt `volume` would close the whole position.
      checkNames(input, closingNames, 'a closing')
      return findOpenPosition(account, link, positionId).pipe(
        switchMap(position => volumeIn(account, position, volume)),
      )
    },
    options,
    lookUpAccount,
  )
}
