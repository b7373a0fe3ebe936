import { PayloadType } from '../../protocol/payloadType'
import { rowOf } from '../../protocol/table'
import { nameOf } from '../messages/names'
import type { Asked } from './attempts'

/** What a replay says to what nobody asked when it was recorded: who one is, it believes; all else it refuses. */
export const unrecordedAnswer = ({ payloadType, clientMsgId, exactly }: Asked): string => {
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
            description: `${nameOf(payloadType) ?? String(payloadType)} is not in the recording`,
          },
        },
  )
}
