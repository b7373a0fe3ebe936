import { createClient, webSocketConnect } from '../../index'
import type { Client, Environment, Log } from '../../index'
import type { Context, SessionOptions } from '../definition'

/** What a client is made of. */
export interface ClientSource {
  readonly clientId: string
  readonly clientSecret: string
  readonly server?: string | undefined
}

/** Writes what a client does to standard error, an event a line. */
const logTo =
  (err: (text: string) => void): Log =>
  (level, event, fields) => {
    const words = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    err(`${[level, event, ...words].join(' ')}\n`)
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
