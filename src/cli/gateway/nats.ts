import { readFileSync } from 'node:fs'
import { from } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Bus, Grants } from '../../gateway'
import type { Log } from '../../index'
import type { natsAudit, serveBusLines } from '../../nats'
import type { GrantKey, GrantStore } from '../../node'
import { Failed, Mistake } from '../outcome'
import type { NatsConfig } from './config/configTypes'

const PACKAGES = ['nats-core', 'jetstream', 'kv', 'transport-node'].map(name => `@nats-io/${name}`)

/** They are peers of those who use them. Inside `try`, bundlers take them for such as may be missing. */
const loadPackages = async () => {
  try {
    const [{ connect, credsAuthenticator }, nats] = await Promise.all([
      import('@nats-io/transport-node'),
      import('../../nats'),
    ])
    return { connect, credsAuthenticator, ...nats }
  } catch {
    throw new Mistake(`nats needs packages that are not installed: npm install ${PACKAGES.join(' ')}`)
  }
}

const readBytes = (field: string, path: string): Uint8Array => {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Mistake(`${field} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`)
  }
}

type WriteAudit = ReturnType<typeof natsAudit>

/** A connection to NATS, with what a gateway keeps there. */
export interface NatsParts {
  readonly bus: Bus
  readonly grants: (keys: readonly [GrantKey, ...GrantKey[]]) => Grants & GrantStore
  /** Writes the audit of all edges into one stream. */
  readonly audit: () => WriteAudit
  /** Serves the lines of clients in other processes, while subscribed. */
  readonly serveBusLines: typeof serveBusLines
  /** Sends what is still to be sent, and closes the connection. */
  readonly close: () => Promise<void>
}

/** How soon it is noticed that a server has stopped, in ms. */
const PING_INTERVAL = 2_000

/**
 * Connects, and goes on to connect whenever the connection is lost. Errors if no server answers at first: then what has
 * started this process starts it again.
 */
export const openNats = (
  { ca, credentials, prefix, replicas, servers }: NatsConfig,
  log: Log,
): Observable<NatsParts> => {
  const open = async (): Promise<NatsParts> => {
    const packages = await loadPackages()
    const { connect, credsAuthenticator, natsAudit, natsBus, natsGrants } = packages
    const connection = await connect({
      servers: [...servers],
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      pingInterval: PING_INTERVAL,
      timeout: PING_INTERVAL,
      ...(credentials !== undefined && {
        authenticator: credsAuthenticator(readBytes('nats.credentials', credentials)),
      }),
      ...(ca !== undefined && { tls: { caFile: ca } }),
    }).catch((error: unknown) => {
      throw error instanceof Mistake
        ? error
        : new Failed(`No NATS server can be used at ${servers.join(', ')}: ${(error as Error).message}.`)
    })
    const options = { log, replicas, prefix }
    return {
      bus: natsBus(connection, options),
      grants: keys => natsGrants(connection, keys, options),
      audit: () => natsAudit(connection, options),
      serveBusLines: packages.serveBusLines,
      close: () => connection.drain().catch(() => connection.close()),
    }
  }
  return from(open())
}
