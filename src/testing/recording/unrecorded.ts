import { PayloadType } from '../../protocol/payloadType'
import { rowOf } from '../../protocol/table'
import { nameOf } from '../messages/names'
import type { Asked } from './asked'

/** Why it may not be: what went over the line was of other accounts. */
const ofOthers = (accountId: number | undefined, accountIds: readonly number[]): string =>
  accountId === undefined || accountIds.length === 0 || accountIds.includes(accountId)
    ? ''
    : ` for account ${accountId}; it has ${accountIds.join(', ')}`

/**
 * What a replay says to what nobody asked when the line of these accounts was recorded: who one is, it believes; all
 * else it refuses.
 */
export const unrecordedAnswer = (
  { payloadType, clientMsgId, exactly, accountId }: Asked,
  accountIds: readonly number[],
): string => {
  const isAuthentication =
    payloadType === PayloadType.PROTO_OA_APPLICATION_AUTH_REQ ||
    payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ
  const [answer] = rowOf(payloadType)?.answeredBy ?? []
  return JSON.stringify(
    isAuthentication
      ? { payloadType: answer, clientMsgId, payload: JSON.parse(exactly) as unknown }
      : {
          payloadType: PayloadType.PROTO_OA_ERROR_RES,
          clientMsgId,
          payload: {
            // Asking again would not help.
            errorCode: 'UNSUPPORTED_MESSAGE',
            description: `${nameOf(payloadType) ?? String(payloadType)} is not in the recording${ofOthers(accountId, accountIds)}`,
          },
        },
  )
}
