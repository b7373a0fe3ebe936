import { of } from 'rxjs'
import { createSimulator as createDirect } from '../../src/simulator/index'
import type { Simulator, SimulatorOptions } from '../../src/simulator/index'
import { gatewayOver, lasting } from './gatewayScene'

export * from '../../src/simulator/index'

const withOwnId = <T extends { readonly clientOrderId?: string }>(order: T): T =>
  order.clientOrderId === undefined
    ? order
    : { ...order, clientOrderId: order.clientOrderId.replace(/^[^~]+~[^~]+~/, '') }

/**
 * A simulator whose lines lead through a gateway. The specs of clients run with it unchanged: a client must not notice
 * the difference.
 */
export const createSimulator = (options: SimulatorOptions = {}): Simulator => {
  const simulator = createDirect(options)
  const { clientId = 'demo', clientSecret = 'demo' } = options.applications?.[0] ?? {}
  const tokenOf = (accountId: number): string =>
    options.grants?.find(({ accountIds }) => accountIds.includes(accountId))?.accessToken ?? 'demo'
  const entitlements = simulator.consent.accounts.map(({ accountId }) => ({
    accountId,
    environment: 'demo' as const,
    grantId: tokenOf(accountId),
    scope: 'trade' as const,
  }))
  const gateway = gatewayOver(simulator.connect, {
    application: { clientId, clientSecret },
    grants: {
      load: accessToken => of({ tokens: { accessToken }, version: '1' }),
      save: () => of('2'),
    },
    limits: { linesPerUser: 100, framesPerSecond: 1_000, burst: 1_000 },
    linger: 0,
    entitle: () => lasting(...entitlements),
  })
  const { exchange } = simulator
  return {
    ...simulator,
    connect: gateway.as({ userId: 'ann' }),
    exchange: {
      ...exchange,
      // The order that closes a position has the id of its request.
      ledger: accountId => {
        const ledger = exchange.ledger(accountId)
        return { ...ledger, orders: ledger.orders.map(withOwnId) }
      },
    },
  }
}
