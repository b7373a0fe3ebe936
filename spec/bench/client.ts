import { NEVER, Subject, concat, of } from 'rxjs'
import { PayloadType, createClient } from 'rx-ctrader'
import type { Client } from 'rx-ctrader'
import { accountId } from './frames'

/** A client whose server authenticates everybody, and whose frames come from the benchmark. */
export const createBench = (): { readonly client: Client; readonly hear: (text: string) => void } => {
  const frame$ = new Subject<string>()
  const send = (text: string): void => {
    const { payloadType, clientMsgId } = JSON.parse(text) as { payloadType: number; clientMsgId?: string }
    if (payloadType === PayloadType.PROTO_OA_APPLICATION_AUTH_REQ)
      frame$.next(JSON.stringify({ payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_RES, clientMsgId }))
    if (payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ)
      frame$.next(
        JSON.stringify({
          payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_RES,
          clientMsgId,
          payload: { ctidTraderAccountId: accountId },
        }),
      )
  }
  const client = createClient({
    connect: () => concat(of({ frame$, send }), NEVER),
    clientId: 'bench',
    clientSecret: 'bench',
  })
  client.rejected$.subscribe(({ faults }) => {
    throw new Error(JSON.stringify(faults))
  })
  return {
    client,
    hear: text => {
      frame$.next(text)
    },
  }
}
