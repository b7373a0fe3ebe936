import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { GrantStore } from '../node/grants/encryptedGrants'
import type { GrantKey } from '../node/grants/seal'
import { sealedGrants } from '../node/grants/sealedGrants'
import { watchConnection } from './connection/connectionState'
import { kvStore } from './store/kvStore'
import { createNames } from './names'
import { readNatsOptions } from './natsOptions'
import type { NatsOptions } from './natsOptions'
import { warnOfOldServer } from './connection/serverVersion'

/**
 * A store for the tokens of users at a NATS server, for a gateway of several processes. They are sealed with
 * AES-256-GCM before they leave the process, as `encryptedGrants` of `rx-ctrader/node` does it. The server never has a
 * token or a key. They are kept in the bucket `ctrader_grants`. If it is not there, it is made.
 *
 * The first key seals, and all keys open. A pair is saved only if the version that is there is still the one that was
 * loaded. `watch` gives the pair that is there and each new one, also after the connection was lost. A pair that does not
 * open is logged as `gateway.grant`, and the next one follows. Errors of `load`, `save` and `remove` are those of a bus,
 * or `InvalidOption`. None has a token or a key.
 *
 * ```ts
 * const grants = natsGrants(nc, [{ id: '2026-11', key: process.env['GRANTS_KEY'] ?? '' }])
 * ```
 */
export const natsGrants = (
  nc: NatsConnection,
  keys: readonly [GrantKey, ...(readonly GrantKey[])],
  options: NatsOptions = {},
): Required<GrantStore> => {
  const { prefix, replicas, log } = readNatsOptions(options)
  warnOfOldServer(nc, log)
  const bucket = createNames(prefix).bucket('ctrader_grants')
  return sealedGrants(kvStore(jetstream(nc), watchConnection(nc), { bucket, replicas }), keys, log)
}
