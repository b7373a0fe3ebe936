import { openEdge } from './edge'
import type { Gateway } from './edge'
import { readGatewayOptions } from './options'
import type { GatewayOptions } from './options'
import { startOwners } from './owner/owners'

/**
 * A gateway between browsers and cTrader. It has the application's secret and the tokens of the users, and no browser
 * ever gets them. Clients of this library work behind it unchanged, and many of them share one line to cTrader. Throws
 * `InvalidOption` for invalid options.
 *
 * ```ts
 * const gateway = createGateway({ application, origins: ['https://app.example.com'], grants, authenticate, entitle })
 * const client = createClient({ connect: gateway.as({ userId: 'ann' }), clientId: 'reports', clientSecret: 'none' })
 * ```
 */
export const createGateway = (options: GatewayOptions): Gateway => {
  const { edge, owners } = readGatewayOptions(options)
  return openEdge(edge, startOwners(owners))
}
