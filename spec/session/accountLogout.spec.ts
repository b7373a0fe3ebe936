import { NEVER, concat, filter, ignoreElements, retry, take } from 'rxjs'
import { PayloadType, spots } from 'rx-ctrader'
import type { Account, Client } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { clientOver } from '../support/clientOver'
import { obliging, scriptedServer } from '../support/scriptedServer'
import { statuses } from '../support/statuses'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_TRADER_REQ,
} = PayloadType

const accounts = [11, 22].map(accountId => ({
  accountId,
  isLive: false,
  traderLogin: accountId,
  brokerTitleShort: 'Test',
}))
const grants = [
  { accessToken: 'token', refreshToken: 'r', accountIds: [11, 22], permissionScope: 1 },
  { accessToken: 'other', refreshToken: 'o', accountIds: [22], permissionScope: 1 },
] as const

interface Scene extends VirtualTime {
  readonly client: Client
  readonly account: Account
  /** The payload types that were sent of account 22. */
  readonly sent: () => readonly number[]
  readonly lines: { readonly opened: number; readonly open: number }
}

/** Account 11 keeps the line of a simulator for a minute, and 22 is there to be logged out. */
const besideAnother = (act: (scene: Scene) => void): void => {
  inVirtualTime(time => {
    const { connect, lines, sent } = wiretap(createSimulator({ accounts, grants }).connect)
    const client = clientOver(connect)
    time.watch(client.account({ accountId: 11, accessToken: 'token' }).authenticated$, 60_000)
    act({
      ...time,
      client,
      lines,
      account: client.account({ accountId: 22, accessToken: 'token' }),
      sent: () =>
        sent.flatMap(({ payloadType, payload }) =>
          payload?.['ctidTraderAccountId'] === 22 ? [payloadType] : [],
        ),
    })
  })
}

const count = (sent: readonly number[], type: number): number => sent.filter(one => one === type).length

describe('account.logout()', () => {
  it('does nothing before it is subscribed to, then ends the account at once and completes', () => {
    besideAnother(({ account, at, sent, watch }) => {
      const states = watch(account.authenticated$)
      const quotes = watch(spots(account, 1))
      at(5_000, () => {
        const logout$ = account.logout()
        expect(sent()).not.toContain(PROTO_OA_ACCOUNT_LOGOUT_REQ)
        const seen = watch(logout$)
        const cause = expect.objectContaining({ reason: 'SessionEnded' }) as unknown
        expect(states.values.at(-1)).toEqual({ status: 'failed', cause })
        expect(states.completed).toBe(true)
        expect(quotes.error).toEqual(cause)
        at(500, () => {
          expect(sent().at(-1)).toBe(PROTO_OA_ACCOUNT_LOGOUT_REQ)
          expect(seen).toMatchObject({ values: [], completed: true, error: undefined })
        })
      })
      at(50_000, () => {
        expect(count(sent(), PROTO_OA_ACCOUNT_AUTH_REQ)).toBe(1)
        expect(count(sent(), PROTO_OA_ACCOUNT_LOGOUT_REQ)).toBe(1)
      })
    })
  })

  it('leaves the other accounts of the line as they are, and the line open', () => {
    besideAnother(({ account, at, client, lines, watch }) => {
      const other = watch(client.account({ accountId: 11, accessToken: 'token' }).authenticated$, 60_000)
      watch(account.authenticated$)
      at(5_000, () => watch(account.logout()))
      at(30_000, () => {
        expect(other.values.at(-1)?.status).toBe('authenticated')
        expect(other.values).toHaveLength(4)
        expect(lines).toMatchObject({ opened: 1, open: 1 })
      })
    })
  })

  it('lets the next subscriber log in again, with all that it needs', () => {
    besideAnother(({ account, at, sent, watch }) => {
      watch(spots(account, 1))
      at(5_000, () => watch(account.logout()))
      at(10_000, () => {
        const quotes = watch(spots(account, 1), 10_000)
        const states = watch(account.authenticated$, 10_000)
        at(5_000, () => {
          expect(statuses(states)).toEqual(['authenticatingAccount', 'authenticated'])
          expect(quotes.values.length).toBeGreaterThan(0)
          expect(count(sent(), PROTO_OA_ACCOUNT_AUTH_REQ)).toBe(2)
          expect(count(sent(), PROTO_OA_SUBSCRIBE_SPOTS_REQ)).toBe(2)
        })
      })
    })
  })

  it('lets one log in again while it is under way, after it', () => {
    besideAnother(({ account, at, sent, watch }) => {
      watch(account.authenticated$)
      at(5_000, () => {
        const seen = watch(account.logout())
        const states = watch(account.authenticated$, 10_000)
        at(5_000, () => {
          expect(seen.completed).toBe(true)
          expect(states.values.at(-1)?.status).toBe('authenticated')
          expect(sent()).toEqual([
            PROTO_OA_ACCOUNT_AUTH_REQ,
            PROTO_OA_ACCOUNT_LOGOUT_REQ,
            PROTO_OA_ACCOUNT_AUTH_REQ,
          ])
        })
      })
    })
  })

  it('does not wait for the linger of an account whose last consumer has left', () => {
    besideAnother(({ account, at, sent, watch }) => {
      watch(account.authenticated$, 5_000)
      at(5_100, () => {
        const seen = watch(account.logout())
        at(100, () => {
          expect(seen.completed).toBe(true)
          expect(count(sent(), PROTO_OA_ACCOUNT_LOGOUT_REQ)).toBe(1)
        })
      })
      at(30_000, () => {
        expect(count(sent(), PROTO_OA_ACCOUNT_LOGOUT_REQ)).toBe(1)
      })
    })
  })

  it('completes at once where there is nothing to end, and opens no line', () => {
    inVirtualTime(({ at, watch }) => {
      const { connect, lines } = wiretap(createSimulator().connect)
      const account = clientOver(connect).account({ accountId: 12345678, accessToken: 'demo' })
      expect(watch(account.logout()).completed).toBe(true)
      watch(account.authenticated$, 5_000)
      at(30_000, () => {
        expect(watch(account.logout())).toMatchObject({ completed: true, error: undefined })
        expect(lines).toMatchObject({ opened: 1, open: 0 })
      })
    })
  })

  it('ends it also in reaction to its authentication', () => {
    besideAnother(({ account, at, sent, watch }) => {
      const isAuthenticated$ = account.authenticated$.pipe(
        filter(({ status }) => status === 'authenticated'),
        take(1),
        ignoreElements(),
      )
      const seen = watch(concat(isAuthenticated$, account.logout()))
      at(30_000, () => {
        expect(seen).toMatchObject({ completed: true, error: undefined })
        expect(sent()).toEqual([PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_ACCOUNT_LOGOUT_REQ])
      })
    })
  })

  it('leaves the session to another object of the account that is in use', () => {
    besideAnother(({ account, at, client, sent, watch }) => {
      watch(account.authenticated$)
      const other = watch(client.account({ accountId: 22, accessToken: 'other' }).authenticated$, 30_000)
      at(5_000, () => {
        expect(watch(account.logout()).completed).toBe(true)
      })
      at(20_000, () => {
        expect(sent()).not.toContain(PROTO_OA_ACCOUNT_LOGOUT_REQ)
        expect(other.values.at(-1)?.status).toBe('authenticated')
        expect(statuses(other)).not.toContain('reconnecting')
      })
    })
  })

  it('ends requests that are under way as a lost session does, and those that wait', () => {
    inVirtualTime(({ at, watch }) => {
      const server = scriptedServer(obliging)
      const account = clientOver(server.connect).account({ accountId: 1, accessToken: 't' })
      watch(account.authenticated$, 60_000)
      const answer = watch(account.request(PROTO_OA_TRADER_REQ, {}), 60_000)
      at(1_000, () => {
        watch(account.logout()).unsubscribe()
      })
      at(30_000, () => {
        expect(answer.error).toBeDefined()
      })
    })
  })

  it.each([
    ['refuses it', true, { reason: 'Refused', errorCode: 'INTERNAL_ERROR' }],
    ['does not answer', false, { reason: 'Timeout', sent: true }],
  ])('errors like a request if the server %s', (_, refuses, error) => {
    inVirtualTime(({ at, watch }) => {
      const server = scriptedServer((frame, line) => {
        obliging(frame, line)
        if (refuses && frame.payloadType === PROTO_OA_ACCOUNT_LOGOUT_REQ)
          line.say({
            payloadType: PROTO_OA_ERROR_RES,
            clientMsgId: frame.clientMsgId,
            payload: { errorCode: 'INTERNAL_ERROR' },
          })
      })
      const client = clientOver(server.connect)
      watch(client.appAuth$, 60_000)
      const account = client.account({ accountId: 1, accessToken: 't' })
      watch(account.authenticated$)
      at(1_000, () => {
        const seen = watch(account.logout(), 60_000)
        at(20_000, () => {
          expect(seen.error).toMatchObject(error)
        })
      })
    })
  })

  it('completes when the line is lost meanwhile: the session is gone with it', () => {
    inVirtualTime(({ at, watch }) => {
      const server = scriptedServer(obliging)
      const client = clientOver(server.connect)
      watch(client.appAuth$, 60_000)
      const account = client.account({ accountId: 1, accessToken: 't' })
      watch(account.authenticated$)
      at(1_000, () => {
        const seen = watch(account.logout(), 60_000)
        at(1_000, () => {
          expect(seen.completed).toBe(false)
          server.lines[0]?.end()
          expect(seen).toMatchObject({ completed: true, error: undefined })
        })
      })
    })
  })

  it('lets a consumer that waits for a signal come back with it', () => {
    besideAnother(({ account, at, client, watch }) => {
      const quotes = watch(spots(account, 1).pipe(retry({ delay: () => client.retried$ })), 40_000)
      const never = watch(spots(account, 1).pipe(retry({ delay: () => NEVER })), 40_000)
      at(5_000, () => watch(account.logout()))
      at(20_000, () => {
        client.retry()
      })
      at(30_000, () => {
        expect(quotes.timed.at(-1)?.[0]).toBeGreaterThan(20_000)
        expect(never.timed.at(-1)?.[0]).toBeLessThan(5_001)
      })
    })
  })
})
