import type { Json } from './wire'

/** One line, as the server has it. */
export interface Session {
  isApp: boolean
  isAccount: boolean
  readonly spots: Set<number>
  readonly send: (payloadType: number, payload?: Json, clientMsgId?: string) => void
}

export const createSession = (write: (text: string, payloadType: number) => void): Session => ({
  isApp: false,
  isAccount: false,
  spots: new Set(),
  send: (payloadType, payload, clientMsgId) => {
    const name = clientMsgId === undefined ? {} : { clientMsgId }
    const body = payload && Object.keys(payload).length > 0 ? { payload } : {}
    write(JSON.stringify({ payloadType, ...name, ...body }), payloadType)
  },
})

/** Nothing of the account is left on the line. */
export const forgetAccount = (session: Session): void => {
  session.isAccount = false
  session.spots.clear()
}
