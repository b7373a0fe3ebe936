import type { Entitlement } from 'rx-ctrader/gateway'
import { openConnection } from '../support/natsServer'
import { natsBus } from 'rx-ctrader/nats'

/** The bus of a program, at one NATS server or three. */
export const openBus = async (servers: string, patience?: number) => {
  const urls = servers.split(',')
  const connection = await openConnection(urls, patience)
  return { connection, bus: natsBus(connection, { replicas: urls.length === 1 ? 1 : 3 }) }
}

/** Each account has a grant of its own, so that the accounts are on several lines. */
export const tokenOf = (accountId: number | string): string => `token-${accountId}`

export const entitlementOf = (accountId: number): Entitlement => ({
  accountId,
  environment: 'demo',
  grantId: String(accountId),
  scope: 'trade',
})
