import { asyncScheduler, firstValueFrom, timer } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { AccountOptions, AuthState, Client, Tokens } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { clientOver } from '../../../support/clientOver'
import { statuses } from '../../../support/statuses'
import { inVirtualTime } from '../../../support/virtualTime'
import type { Seen } from '../../../support/virtualTime'
import { wiretap } from '../../../support/wiretap'
import type { Wiretap } from '../../../support/wiretap'

const { PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_REFRESH_TOKEN_REQ } = PayloadType

const HOUR = 3_600_000

const isDemo = { isLive: false, brokerTitleShort: 'Simulator' }
const accounts = [1, 2, 3].map(accountId => ({ accountId, traderLogin: accountId, ...isDemo }))
const grants = [{ accessToken: 'old', refreshToken: 'r', accountIds: [1, 2, 3], permissionScope: 1 }] as const

const brokerWith = (options: SimulatorOptions = {}): Simulator =>
  createSimulator({ accounts, grants, ...options })

/** The tokens with which accounts were to be authenticated. */
const tokensSent = ({ sent }: Wiretap): unknown[] =>
  sent
    .filter(({ payloadType }) => payloadType === PROTO_OA_ACCOUNT_AUTH_REQ)
    .map(({ payload }) => payload?.['accessToken'])

const OWNER = { accessToken: 'old', refreshToken: 'r' }

/** Three accounts of one grant, whose access token has expired. */
const scene = (
  watch: (source$: AccountStates, until?: number) => Seen<AuthState>,
  options: Partial<AccountOptions> = {},
) => {
  const broker = brokerWith()
  broker.fault({ kind: 'tokenExpiry' })
  const wire = wiretap(broker.connect)
  const client = clientOver(wire.connect)
  const states = [1, 2, 3].map(accountId =>
    watch(client.account({ accountId, ...OWNER, ...options }).authenticated$, 30_000),
  )
  return { broker, client, wire, states }
}
type AccountStates = ReturnType<Client['account']>['authenticated$']

describe('an access token that has expired', () => {
  it('is renewed once for all accounts of its grant, saved, and only then used', () => {
    inVirtualTime(({ watch, at }) => {
      const saved: [ms: number, Required<Tokens>][] = []
      const { wire, states } = scene(watch, {
        saveTokens: tokens => {
          saved.push([asyncScheduler.now(), tokens])
          return timer(500)
        },
      })
      at(400, () => {
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_REFRESH_TOKEN_REQ,
        ])
      })
      at(20_000, () => {
        expect(saved).toEqual([
          [
            0,
            {
              accessToken: 'access-1-1',
              refreshToken: 'refresh-1-1',
              expiresAt: expect.closeTo(2_628_000_000) as number,
            },
          ],
        ])
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_REFRESH_TOKEN_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
        ])
        expect(tokensSent(wire).slice(-3)).toEqual(Array(3).fill('access-1-1'))
        for (const seen of states) expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('is renewed for an account that comes later with the old token, too', () => {
    inVirtualTime(({ watch, at }) => {
      const { client, wire } = scene(watch)
      const same = client.account({ accountId: 1, ...OWNER })
      at(1_000, () => {
        const seen = watch(client.account({ accountId: 2, accessToken: 'old' }).authenticated$, 1_000)
        expect(seen.values.at(-1)?.status).toBe('authenticated')
        expect(client.account({ accountId: 1, accessToken: 'access-1-1' })).toBe(same)
        expect(wire.sentTypes().filter(type => type === PROTO_OA_REFRESH_TOKEN_REQ)).toHaveLength(1)
      })
    })
  })

  it('is the end for an account without a refresh token', () => {
    inVirtualTime(({ watch, at }) => {
      const { states, wire } = scene(watch, { refreshToken: undefined } as never)
      at(20_000, () => {
        expect(states[0]?.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { reason: 'Refused', errorCode: 'CH_ACCESS_TOKEN_INVALID' },
        })
        expect(wire.sentTypes().filter(type => type === PROTO_OA_REFRESH_TOKEN_REQ)).toEqual([])
      })
    })
  })

  it('is the end when the refresh token is refused, after one try, with a cause that says so', () => {
    inVirtualTime(({ watch, at }) => {
      const { states, wire } = scene(watch, { refreshToken: 'used' })
      at(20_000, () => {
        for (const { values } of states)
          expect(values.at(-1)).toMatchObject({
            status: 'failed',
            cause: { reason: 'GrantLost', errorCode: 'CH_ACCESS_TOKEN_INVALID' },
          })
        expect(String((states[0]?.values.at(-1) as { cause?: unknown }).cause)).toContain(
          'the user has to grant access again',
        )
        expect(wire.sentTypes().filter(type => type === PROTO_OA_REFRESH_TOKEN_REQ)).toHaveLength(1)
      })
    })
  })

  it('waits for the promise that it is saved', async () => {
    const broker = createSimulator({ accounts, grants })
    broker.fault({ kind: 'tokenExpiry' })
    const wire = wiretap(broker.connect)
    const order: string[] = []
    const account = clientOver(wire.connect, { linger: 0 }).account({
      accountId: 1,
      ...OWNER,
      saveTokens: async () => {
        order.push(`saving ${tokensSent(wire).join()}`)
        await Promise.resolve()
        order.push(`saved ${tokensSent(wire).join()}`)
      },
    })
    await firstValueFrom(account.accountAuth$)
    expect(order).toEqual(['saving old', 'saved old'])
    expect(tokensSent(wire)).toEqual(['old', 'access-1-1'])
  })

  it('shows why it was not saved, without the tokens, and is saved at the next try', () => {
    inVirtualTime(({ watch, at }) => {
      let failures = 2
      const { states, wire } = scene(watch, {
        saveTokens: ({ accessToken, refreshToken }) => {
          if (failures-- > 0) throw new Error(`no room for ${accessToken} ${refreshToken}`)
        },
      })
      at(20_000, () => {
        const [first] = states
        expect(first?.values.find(({ status }) => status === 'reconnecting')).toMatchObject({
          cause: { reason: 'TokensNotSaved', detail: 'no room for [redacted] [redacted]' },
        })
        expect(wire.sentTypes().filter(type => type === PROTO_OA_REFRESH_TOKEN_REQ)).toHaveLength(1)
        for (const seen of states) expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('is not renewed while a new pair could not be saved, so that the refresh token stays good (C1)', () => {
    inVirtualTime(({ watch, at }) => {
      let isFull = true
      const saved: Required<Tokens>[] = []
      const check = (): void => {
        if (isFull) throw new Error('no space')
      }
      const saveTokens = Object.assign((tokens: Required<Tokens>) => saved.push(tokens), { check })
      const { states, wire } = scene(watch, { saveTokens })
      at(400, () => {
        isFull = false
        expect(wire.sentTypes()).not.toContain(PROTO_OA_REFRESH_TOKEN_REQ)
        expect(states[0]?.values.at(-1)).toMatchObject({
          status: 'reconnecting',
          cause: {
            reason: 'TokensNotSaved',
            detail: 'nothing was renewed: no space',
          },
        })
      })
      at(20_000, () => {
        expect(wire.sentTypes().filter(type => type === PROTO_OA_REFRESH_TOKEN_REQ)).toHaveLength(1)
        expect(saved).toMatchObject([{ accessToken: 'access-1-1', refreshToken: 'refresh-1-1' }])
        for (const seen of states) expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('is renewed and saved also when its first caller leaves meanwhile', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = brokerWith({ latency: 300 })
      broker.fault({ kind: 'tokenExpiry' })
      const saved: Required<Tokens>[] = []
      const account = clientOver(broker.connect, { linger: 0 }).account({
        accountId: 1,
        ...OWNER,
        saveTokens: tokens => saved.push(tokens),
      })
      const seen = watch(account.authenticated$, 2_300)
      at(5_000, () => {
        expect(statuses(seen)).toEqual(['connecting', 'authenticatingApp', 'authenticatingAccount'])
        expect(saved).toMatchObject([{ accessToken: 'access-1-1' }])
      })
    })
  })
})

describe('an access token that is about to expire', () => {
  it('is renewed ahead of it, and the events that follow renew nothing', () => {
    inVirtualTime(({ watch, at }) => {
      const saved: [hour: number, token: string][] = []
      const broker = brokerWith({ tokenLifetime: 36_000 })
      const wire = wiretap(broker.connect)
      const client = clientOver(wire.connect)
      const states = [1, 2].map(accountId =>
        watch(
          client.account({
            accountId,
            ...OWNER,
            expiresAt: asyncScheduler.now() + 10 * HOUR,
            saveTokens: ({ accessToken }) => {
              saved.push([asyncScheduler.now() / HOUR, accessToken])
            },
          }).authenticated$,
          20 * HOUR,
        ),
      )
      at(19 * HOUR, () => {
        expect(saved).toEqual([
          [9, 'access-1-1'],
          [18, 'access-1-2'],
        ])
        expect(wire.sentTypes().filter(type => type === PROTO_OA_REFRESH_TOKEN_REQ)).toHaveLength(2)
        for (const seen of states) expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('is tried again with growing pauses when it cannot be renewed yet, and disturbs no account', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = brokerWith()
      broker.fault({
        kind: 'refuse',
        payloadType: PROTO_OA_REFRESH_TOKEN_REQ,
        errorCode: 'UNKNOWN_ERROR',
        times: 3,
      })
      const wire = wiretap(broker.connect)
      const client = clientOver(wire.connect)
      const saved: number[] = []
      const seen = watch(
        client.account({
          accountId: 1,
          ...OWNER,
          expiresAt: asyncScheduler.now() + 10 * HOUR,
          saveTokens: () => {
            saved.push(asyncScheduler.now())
          },
        }).authenticated$,
        12 * HOUR,
      )
      at(9 * HOUR + 100, () => {
        expect(statuses(seen).at(-1)).toBe('authenticated')
        expect(statuses(seen)).toHaveLength(4)
      })
      at(11 * HOUR, () => {
        expect(saved).toEqual([9 * HOUR + 500 + 1_000 + 2_000])
      })
    })
  })

  it('is used as long as it is good when the refresh token is refused', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = brokerWith()
      const wire = wiretap(broker.connect)
      const client = clientOver(wire.connect)
      const options = { accountId: 1, accessToken: 'old', refreshToken: 'used' }
      const seen = watch(
        client.account({ ...options, expiresAt: asyncScheduler.now() + 10 * HOUR }).authenticated$,
        12 * HOUR,
      )
      at(11 * HOUR, () => {
        expect(wire.sentTypes().filter(type => type === PROTO_OA_REFRESH_TOKEN_REQ)).toHaveLength(1)
        expect(statuses(seen)).toHaveLength(4)
        broker.fault({ kind: 'drop' })
      })
      at(11.9 * HOUR, () => {
        expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('is not renewed by events that say it was invalidated', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = brokerWith()
      const wire = wiretap(broker.connect)
      const seen = watch(clientOver(wire.connect).account({ accountId: 1, ...OWNER }).authenticated$, 20_000)
      at(1_000, () => {
        broker.fault({ kind: 'tokenInvalidated', accountId: 1 })
      })
      at(10_000, () => {
        expect(seen.values.at(-1)?.status).toBe('authenticated')
        expect(wire.sentTypes()).toEqual([
          PROTO_OA_APPLICATION_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_AUTH_REQ,
        ])
      })
    })
  })
})

describe('options of a grant', () => {
  it.each([
    ['refreshToken', { refreshToken: '' }],
    ['expiresAt', { expiresAt: NaN }],
    ['saveTokens', { saveTokens: 'file' }],
  ])('that cannot be are refused, naming %s', (option, wrong) => {
    const client = clientOver(createSimulator().connect)
    const options = { accountId: 1, accessToken: 'a', ...wrong } as AccountOptions
    expect(() => client.account(options)).toThrow(new RegExp(`^${option} must`))
  })
})
