import { createClient } from 'rx-ctrader'
import type { Account, Client, ClientOptions } from 'rx-ctrader'
import { scriptedServer } from './scriptedServer'
import type { Reply, ScriptedServer } from './scriptedServer'

export interface ScriptedClient {
  readonly server: ScriptedServer
  readonly client: Client
  readonly account: Account
}

/** A client and its account 11 at a server that does what it is told. */
export const scriptedClient = (reply: Reply, options: Partial<ClientOptions> = {}): ScriptedClient => {
  const server = scriptedServer(reply)
  const client = createClient({
    connect: server.connect,
    clientId: 'demo',
    clientSecret: 'demo-secret',
    linger: 0,
    random: () => 0.9,
    ...options,
  })
  return { server, client, account: client.account({ accountId: 11, accessToken: 'token-of-11' }) }
}
