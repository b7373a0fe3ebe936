import { PayloadType } from '../protocol/payloadType'
import { messageRow } from '../protocol/table'
import { payloadTypeName } from '../protocol/payloadTypeName'
import type { Asked } from './readRequest'

/** A possible reason: the recording is of other accounts. */
const ofOthers = (accountId: number | undefined, accountIds: readonly number[]): string =>
  accountId === undefined || accountIds.length === 0 || accountIds.includes(accountId)
    ? ''
    : ` for account ${accountId}; it has ${accountIds.join(', ')}`

/**
 * The answer of a replay to a request that is not in the recording. Authentications succeed, everything else is
 * refused.
 */
export const unrecordedAnswer = (
  { payloadType, clientMsgId, exactly, accountId }: Asked,
  accountIds: readonly number[],
): string => {
  const isAuthentication =
    payloadType === PayloadType.PROTO_OA_APPLICATION_AUTH_REQ ||
    payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ
  const [answer] = messageRow(payloadType)?.answeredBy ?? []
  return JSON.stringify(
    isAuthentication
      ? { payloadType: answer, clientMsgId, payload: JSON.parse(exactly) as unknown }
      : {
          payloadType: PayloadType.PROTO_OA_ERROR_RES,
          clientMsgId,
          payload: {
            // Asking again would not help.
            errorCode: 'UNSUPPORTED_MESSAGE',
            description: `${payloadTypeName(payloadType) ?? String(payloadType)} is not in the recording${ofOthers(accountId, accountIds)}`,
          },
        },
  )
}
