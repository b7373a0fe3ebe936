import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { rawClient } from '../../support/rawClient'
import type { RawClient } from '../../support/rawClient'
import { inVirtualTime } from '../../support/virtualTime'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_VERSION_REQ,
} = PayloadType

export const DEMO = 12345678

export const OTHER_DEMO = 12345679

export const LIVE = 87654321

export const STRANGE = 555

const brokerOptions: SimulatorOptions = {
  applications: [{ clientId: 'app', clientSecret: 'SECRET-app' }],
  accounts: [
    { accountId: DEMO, isLive: false, traderLogin: 3000001, brokerTitleShort: 'Broker' },
    { accountId: OTHER_DEMO, isLive: false, traderLogin: 3000002, brokerTitleShort: 'Broker' },
    { accountId: LIVE, isLive: true, traderLogin: 4000001, brokerTitleShort: 'Broker' },
    { accountId: STRANGE, isLive: false, traderLogin: 5000001, brokerTitleShort: 'Another' },
  ],
  grants: [
    {
      accessToken: 'SECRET-access',
      refreshToken: 'SECRET-refresh',
      accountIds: [DEMO, OTHER_DEMO, LIVE],
      permissionScope: 1,
    },
    {
      accessToken: 'SECRET-strange',
      refreshToken: 'SECRET-strange-refresh',
      accountIds: [STRANGE],
      permissionScope: 0,
    },
    { accessToken: 'SECRET-bare', refreshToken: 'SECRET-bare-refresh', accountIds: [], permissionScope: 0 },
  ],
}

export const brokerOf = (options: SimulatorOptions = {}): Simulator =>
  createSimulator({ ...brokerOptions, ...options })

export const request = (payloadType: number, clientMsgId: string, payload?: object): object => ({
  payloadType,
  clientMsgId,
  payload,
})

export const appAuth = request(PROTO_OA_APPLICATION_AUTH_REQ, 'app', {
  clientId: 'app',
  clientSecret: 'SECRET-app',
})

export const accountAuth = (ctidTraderAccountId: number, accessToken = 'SECRET-access'): object =>
  request(PROTO_OA_ACCOUNT_AUTH_REQ, 'account', { ctidTraderAccountId, accessToken })

export const refresh = (refreshToken = 'SECRET-refresh'): object =>
  request(PROTO_OA_REFRESH_TOKEN_REQ, 'refresh', { refreshToken })

export const logOut = (ctidTraderAccountId: number): object =>
  request(PROTO_OA_ACCOUNT_LOGOUT_REQ, 'logout', { ctidTraderAccountId })

export const version = request(PROTO_OA_VERSION_REQ, 'version')

export const appAuthenticated = '{"payloadType":2101,"clientMsgId":"app"}'

/** Says all this on a new line and hears the answers. */
export const talk = (broker: Simulator, ...frames: (string | object)[]): RawClient => {
  const clients: RawClient[] = []
  inVirtualTime(({ at }) => {
    const client = rawClient(broker.connect)
    client.send(...frames)
    at(1000, client.leave)
    clients.push(client)
  })
  const [client] = clients
  if (!client) throw new Error('the scenario was not played')
  return client
}

/** The last thing heard, as an object. */
export const lastOf = (client: RawClient): unknown => client.frames().at(-1)

export const refusal = (clientMsgId: string, errorCode: string, description: unknown): object => ({
  payloadType: PROTO_OA_ERROR_RES,
  clientMsgId,
  payload: { errorCode, description },
})

/** The words of these errors have not been recorded. */
export const someText: unknown = expect.stringMatching(/\w/)

export interface Pair {
  readonly accessToken: string
  readonly refreshToken: string
}

export const refreshed = (broker: Simulator, refreshToken?: string): Pair =>
  talk(broker, refresh(refreshToken)).frames()[0]?.payload as unknown as Pair
