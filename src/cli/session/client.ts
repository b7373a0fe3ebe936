import { createClient, webSocketConnect } from '../../index'
import type { Client, Environment } from '../../index'
import type { Context, SessionOptions } from '../definition'
import { logTo } from './logTo'

/** What a client is made of. */
export interface ClientSource {
  readonly clientId: string
  readonly clientSecret: string
  readonly server?: string | undefined
}

/** A client of one environment, or of a server that is neither host of cTrader. */
export const openClient = (
  { clientId, clientSecret, server }: ClientSource,
  environment: Environment | undefined,
  { allowInsecure = false }: SessionOptions,
  { isLogged, terminal }: Context,
): Client => {
  const options = { clientId, clientSecret, linger: 0, ...(isLogged && { log: logTo(terminal.err) }) }
  if (server !== undefined)
    return createClient({
      ...options,
      connect: webSocketConnect(server, { allowInsecure }),
      ...(environment && { environment }),
    })
  return createClient({ ...options, environment: environment ?? 'demo' })
}
