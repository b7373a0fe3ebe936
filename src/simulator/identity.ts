import { ProtoOAClientPermissionScope } from '../protocol/enums'

/** A program registered with the broker. */
export interface Application {
  readonly clientId: string
  readonly clientSecret: string
}

export interface TradingAccount {
  readonly accountId: number
  readonly isLive: boolean
  readonly traderLogin: number
  readonly brokerTitleShort: string
}

/** What a user granted to an application: a pair of tokens for some accounts. */
export interface Grant {
  readonly accessToken: string
  readonly refreshToken: string
  readonly accountIds: readonly number[]
  readonly permissionScope: ProtoOAClientPermissionScope
}

export interface IdentityOptions {
  readonly applications: readonly Application[]
  readonly accounts: readonly TradingAccount[]
  readonly grants: readonly Grant[]
}

export interface Identity {
  readonly isApplication: (application: Application) => boolean
  readonly grantOf: (accessToken: string) => Grant | undefined
  readonly account: (accountId: number) => TradingAccount | undefined
  /** Replaces the pair of a grant; the old pair is worth nothing from then on. */
  readonly refresh: (refreshToken: string) => { readonly old: Grant; readonly renewed: Grant } | undefined
}

export const defaultIdentity: IdentityOptions = {
  applications: [{ clientId: 'demo', clientSecret: 'demo' }],
  accounts: [{ accountId: 12345678, isLive: false, traderLogin: 3000001, brokerTitleShort: 'Simulator' }],
  grants: [
    {
      accessToken: 'demo',
      refreshToken: 'demo-refresh',
      accountIds: [12345678],
      permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
    },
  ],
}

export const createIdentity = (
  { applications, accounts, grants: granted }: IdentityOptions,
  seed: number,
): Identity => {
  const grants = new Set(granted)
  const byId = new Map(accounts.map(account => [account.accountId, account]))
  let refreshed = 0

  return {
    isApplication: ({ clientId, clientSecret }) =>
      applications.some(known => known.clientId === clientId && known.clientSecret === clientSecret),
    grantOf: accessToken => [...grants].find(grant => grant.accessToken === accessToken),
    account: accountId => byId.get(accountId),
    refresh: refreshToken => {
      const old = [...grants].find(grant => grant.refreshToken === refreshToken)
      if (!old) return undefined
      refreshed += 1
      const renewed = {
        ...old,
        accessToken: `access-${seed}-${refreshed}`,
        refreshToken: `refresh-${seed}-${refreshed}`,
      }
      grants.delete(old)
      grants.add(renewed)
      return { old, renewed }
    },
  }
}
