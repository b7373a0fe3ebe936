import type { Simulator } from 'rx-ctrader/simulator'

/** An account that was authenticated on a line of an owner. */
export interface AccountSession {
  readonly owner: string
  readonly line: number
  readonly at: number
}

/** Which owner each account is authenticated by, as the server sees it: an application has the name of its owner. */
export const watchSessions = (broker: Simulator) => {
  const sessions = new Map<number, AccountSession>()
  let lines = 0
  const watched: Simulator = {
    ...broker,
    accept: peer => {
      const line = (lines += 1)
      let owner = ''
      const connection = broker.accept({
        ...peer,
        send: text => {
          if (text.includes('"payloadType":2103,')) {
            const { payload } = JSON.parse(text) as {
              readonly payload: { readonly ctidTraderAccountId: number }
            }
            sessions.set(payload.ctidTraderAccountId, { owner, line, at: performance.now() })
          }
          peer.send(text)
        },
      })
      return {
        ...connection,
        receive: text => {
          const { payload, payloadType } = JSON.parse(text) as {
            readonly payloadType: number
            readonly payload?: { readonly clientId?: string }
          }
          if (payloadType === 2100) owner = payload?.clientId ?? ''
          connection.receive(text)
        },
      }
    },
  }
  /** The accounts of an owner, with the lines on which they are. */
  const of = (name: string): readonly (readonly [accountId: number, session: AccountSession])[] =>
    [...sessions].filter(([, { owner }]) => owner === name)
  return { watched, of, get: (accountId: number) => sessions.get(accountId) }
}
