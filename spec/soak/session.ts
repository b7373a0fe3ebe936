import type { Observable } from 'rxjs'
import { CTraderError, PayloadType, createClient } from 'rx-ctrader'
import type { Account, AuthState, Connect } from 'rx-ctrader'
import { refereed } from './rules'
import { counter, tallyOf } from './tally'
import { kinds, visit } from './visitors'
import type { Visitor } from './visitors'
import { accountIds, grants } from './world'

const SYMBOLS = [1, 2, 3]
const order = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 } as const

const grantOf = (accountId: number): 0 | 1 => (grants[0].accountIds.some(id => id === accountId) ? 0 : 1)

/** How a session connects: to the server itself, or as a user of a gateway, which has the tokens. */
export interface SessionOptions {
  readonly connect: Connect
  readonly user?: string
}

/** A client with some accounts, visitors that come and go, and questions. */
export const openSession = ({ connect, user }: SessionOptions, random: () => number) => {
  const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T
  const game = refereed(connect)
  const client = createClient({
    connect: game.connect,
    clientId: 'demo',
    clientSecret: user ?? 'demo',
    random,
    backoff: { initial: 500, max: 5_000 },
  })

  const saved = grants.map(({ refreshToken }) => refreshToken as string)
  const states = new Map<number, AuthState>()
  const accounts = accountIds.map(accountId => {
    const grant = grantOf(accountId)
    const { accessToken, refreshToken } = grants[grant]
    const saveTokens = (pair: { readonly refreshToken: string }): void => {
      saved[grant] = pair.refreshToken
    }
    const account = client.account(
      user === undefined
        ? { accountId, accessToken, refreshToken, saveTokens }
        : { accountId, accessToken: 'any' },
    )
    account.authenticated$.subscribe(state => states.set(accountId, state))
    return account
  })
  const tally = tallyOf(client, accounts)

  let asked = 0
  let unsettled = 0
  const refused = counter()
  const ask = (account: Account): void => {
    asked += 1
    unsettled += 1
    const clientOrderId = `${user ?? 'order'}-${asked}`
    const answer$ = oneOf<() => Observable<unknown>>([
      () => account.request(PayloadType.PROTO_OA_TRADER_REQ, {}),
      () => account.request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, { symbolId: 1, period: 1, count: 10 }),
      () => account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, { ...order, clientOrderId }),
    ])()
    answer$.subscribe({
      error: (error: unknown) => {
        unsettled -= 1
        refused.count(error instanceof CTraderError ? error.reason : String(error))
      },
      complete: () => {
        unsettled -= 1
      },
    })
  }

  const isLost = (accountId: number): boolean => {
    const state = states.get(accountId)
    if (state?.status !== 'failed') return false
    const { cause } = state
    // A gateway says so.
    const isTold = cause.reason === 'Refused' && cause.errorCode === 'CH_ACCESS_TOKEN_INVALID'
    return user === undefined ? cause.reason === 'GrantLost' : isTold
  }

  const visitors = new Set<Visitor>()
  const leave = (visitor: Visitor): void => {
    visitor.subscription.unsubscribe()
    visitors.delete(visitor)
  }

  return {
    broken: game.broken,
    tally,
    states,
    visitors: visitors as ReadonlySet<Visitor>,
    /** Accounts whose grant is not lost. */
    usable: () => accountIds.filter(accountId => !isLost(accountId)),
    come: () => {
      visitors.add(visit(oneOf(accounts), oneOf(kinds), oneOf(SYMBOLS)))
    },
    go: () => {
      if (visitors.size > 4) leave(oneOf([...visitors]))
    },
    /** The last one leaves too. */
    end: () => {
      for (const visitor of [...visitors]) leave(visitor)
    },
    askOne: () => {
      ask(oneOf(accounts))
    },
    askAll: () => {
      for (const account of accounts) if (!isLost(account.accountId)) ask(account)
    },
    unsettled: () => unsettled,
    asked: () => ({ asked, refused: refused.told() }),
    /** The last refresh tokens of the grants that are given up as lost. */
    lostTokens: () => [...new Set(accountIds.filter(isLost).map(grantOf))].map(grant => saved[grant] ?? ''),
    /** What the server makes of a refresh token: its error code, or that it is good. */
    tryToken: (refreshToken: string): Promise<string> =>
      new Promise(resolve => {
        client.request(PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, { refreshToken }).subscribe({
          next: () => {
            resolve('good')
          },
          error: (error: unknown) => {
            resolve(
              error instanceof CTraderError && error.reason === 'Refused' ? error.errorCode : String(error),
            )
          },
        })
      }),
  }
}

export type SoakSession = ReturnType<typeof openSession>
