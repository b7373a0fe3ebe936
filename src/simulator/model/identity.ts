import { ProtoOAClientPermissionScope } from '../../protocol/messages/enums'
import type {
  ProtoOAAccessRights,
  ProtoOAAccountType,
  ProtoOALimitedRiskMarginCalculationStrategy,
  ProtoOAStopOutStrategy,
  ProtoOATotalMarginCalculationType,
} from '../../protocol/messages/enums'
import { createApplications } from './applications'
import type { Application, Applications } from './applications'

/** A trading account at the simulator. */
export interface TradingAccount {
  readonly accountId: number
  readonly isLive: boolean
  readonly traderLogin: number
  readonly brokerTitleShort: string
  /** Hedged (several positions per symbol) or netted (one). Default HEDGED. */
  readonly accountType?: ProtoOAAccountType
  /** The name of its deposit asset. Default 'USD'. */
  readonly depositAsset?: string
  /** The first deposit, in 10^-moneyDigits. Default 10,000.00. */
  readonly balance?: number
  /** Decimals of its money. Default 2. */
  readonly moneyDigits?: number
  /** 100 is 1:100. Default 100. */
  readonly leverage?: number
  /** Default FULL_ACCESS. */
  readonly accessRights?: ProtoOAAccessRights
  /** How the margins of both sides of a symbol are combined. Default MAX. */
  readonly totalMarginCalculationType?: ProtoOATotalMarginCalculationType
  /**
   * Limited risk. If such an account does not go by its leverage, the margins of both sides are added. Default
   * false.
   */
  readonly isLimitedRisk?: boolean
  /** Default ACCORDING_TO_LEVERAGE. The margin of each position is by the leverage in any case. */
  readonly limitedRiskMarginCalculationStrategy?: ProtoOALimitedRiskMarginCalculationStrategy
  /** The broker's bonus from the beginning, in 10^-moneyDigits. Default 0. */
  readonly managerBonus?: number
  /** The bonus of the introducing broker, in 10^-moneyDigits. Default 0. */
  readonly ibBonus?: number
  /** The bonus that is never paid out, in 10^-moneyDigits. Default 0. */
  readonly nonWithdrawableBonus?: number
  /** The names of the symbols in its list, as another broker may call them. Default: all. */
  readonly symbols?: readonly string[]
  /** Pays no swaps. Default false. */
  readonly swapFree?: boolean
  /** The margin level below which positions are closed, in percent. Default 30. */
  readonly stopOutLevel?: number
  /** Default MOST_MARGIN_USED_FIRST. */
  readonly stopOutStrategy?: ProtoOAStopOutStrategy
  /** The margin levels of the three margin calls, in percent. Default 100, 70, 50. */
  readonly marginCallLevels?: readonly [number, number, number]
}

/** A user's permission for an application: a pair of tokens for some accounts. */
export interface Grant {
  readonly accessToken: string
  readonly refreshToken: string
  readonly accountIds: readonly number[]
  /** Whether the accounts may be traded or only viewed. */
  readonly permissionScope: ProtoOAClientPermissionScope
  /** When the access token expires, in ms since the epoch, in the market's time. Default never. */
  readonly expiresAt?: number
  /** The user's number. Default 1. */
  readonly userId?: number
}

export interface IdentityOptions {
  readonly applications: readonly Application[]
  readonly accounts: readonly TradingAccount[]
  readonly grants: readonly Grant[]
  /** The lifetime of refreshed access tokens, in seconds. Default 2 628 000, about 30 days. */
  readonly tokenLifetime: number
}

export interface Identity {
  readonly applications: Applications
  readonly tokenLifetime: number
  /** The grant of an access token, also of an expired one. */
  readonly grantOf: (accessToken: string) => Grant | undefined
  readonly account: (accountId: number) => TradingAccount | undefined
  /** Replaces the pair of a grant. The old pair is no longer valid then. */
  readonly refresh: (
    refreshToken: string,
    at: number,
  ) => { readonly old: Grant; readonly renewed: Grant } | undefined
  /** Ends the access tokens of an account, or all. The refresh tokens stay valid. */
  readonly expire: (accountId: number | undefined, at: number) => void
}

/** An identity that users can add grants to. */
export interface OpenIdentity extends Identity {
  /** Adds a grant with a new pair of tokens. */
  readonly add: (grant: Omit<Grant, 'accessToken' | 'refreshToken'>) => Grant
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
  tokenLifetime: 2_628_000,
}

export const createIdentity = (
  { applications, accounts, grants: granted, tokenLifetime }: IdentityOptions,
  seed: number,
  connections: number,
): OpenIdentity => {
  const grants = new Map(granted.map(grant => [grant.accessToken, grant]))
  const byId = new Map(accounts.map(account => [account.accountId, account]))
  let pairs = 0
  const newPair = () => {
    pairs += 1
    return { accessToken: `access-${seed}-${pairs}`, refreshToken: `refresh-${seed}-${pairs}` }
  }

  return {
    applications: createApplications(applications, connections),
    tokenLifetime,
    grantOf: accessToken => grants.get(accessToken),
    account: accountId => byId.get(accountId),
    refresh: (refreshToken, at) => {
      const old = [...grants.values()].find(grant => grant.refreshToken === refreshToken)
      if (!old) return undefined
      const renewed = { ...old, ...newPair(), expiresAt: at + tokenLifetime * 1000 }
      grants.delete(old.accessToken)
      grants.set(renewed.accessToken, renewed)
      return { old, renewed }
    },
    add: grant => {
      const added = { ...grant, ...newPair() }
      grants.set(added.accessToken, added)
      return added
    },
    expire: (accountId, at) => {
      for (const grant of grants.values())
        if (accountId === undefined || grant.accountIds.includes(accountId))
          grants.set(grant.accessToken, { ...grant, expiresAt: at })
    },
  }
}
