import { localBus } from './bus/localBus'
import type { Bus } from './bus/bus'
import { PEER_NAMES, readPeerOptions } from './edgeOptions'
import type { EdgeSettings, PeerOptions } from './edgeOptions'
import { checkOptions } from './optionChecks'
import type { OwnersSettings } from './owner/owners'
import {
  LINE_OWNER_NAMES,
  SHARED_LINE_NAMES,
  readLineOwnerOptions,
  readSharedLineOptions,
  readSharedOwners,
} from './ownersOptions'
import type { LineOwnerOptions, SharedLineOptions } from './ownersOptions'

/** Settings of {@link createGateway}. */
export interface GatewayOptions extends LineOwnerOptions, PeerOptions, SharedLineOptions {
  /**
   * What joins the parts of the gateway. Default: {@link localBus}. With a bus, the lines may be shared with other
   * processes that use it: each is held by one of them.
   */
  readonly bus?: Bus
}

const NAMES: Readonly<Record<keyof GatewayOptions, true>> = {
  bus: true,
  ...LINE_OWNER_NAMES,
  ...PEER_NAMES,
  ...SHARED_LINE_NAMES,
}

/** The options, with defaults. */
export interface GatewaySettings {
  readonly edge: EdgeSettings
  readonly owners: OwnersSettings
}

/** The checked options with defaults. Throws `InvalidOption` with the name of the option, never its value. */
export const readGatewayOptions = (options: GatewayOptions): GatewaySettings => {
  checkOptions(options, NAMES)
  const { bus } = options
  if (bus !== undefined)
    return { owners: readSharedOwners(options, bus), edge: readPeerOptions(options, bus, true) }
  const local = localBus()
  const owners = readLineOwnerOptions(options, local)
  // They have no effect without a bus, but a mistake in them would have one when there is a bus.
  readSharedLineOptions(options, owners.random)
  const environments = new Set(owners.lines.map(({ environment }) => environment))
  return { owners, edge: readPeerOptions(options, local, false, environments) }
}
