import type { NatsConnection } from '@nats-io/nats-core'
import type { Log } from '../../session/logging/log'

/** Servers before this one can lose a whole stream when their process dies. */
const SAFE_SINCE = '2.10.23'

/** Versions in their order. Not a number if there is none in the text. */
const toNumber = (version: string): number => {
  const [major = NaN, minor = NaN, patch = NaN] = version.split(/[.-]/).map(Number)
  return major * 1e6 + minor * 1e3 + patch
}

const warned = new WeakSet()

/** Logs a warning if the server is too old for production, once for each connection. */
export const warnOfOldServer = (nc: Pick<NatsConnection, 'info'>, log: Log): void => {
  const version = nc.info?.version ?? ''
  if (warned.has(nc) || !(toNumber(version) < toNumber(SAFE_SINCE))) return
  warned.add(nc)
  log('warn', 'nats.version', { version, since: SAFE_SINCE, text: 'this server can lose what it has stored' })
}
