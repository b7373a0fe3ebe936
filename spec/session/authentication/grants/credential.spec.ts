import { inspect } from 'node:util'
import { EMPTY, NEVER, defer, delay, firstValueFrom, map, of, repeat, retry, throwError, timer } from 'rxjs'
import { PayloadType, createClient, findEnvironment, spots } from 'rx-ctrader'
import type { Account, AccountOptions, Client, ClientOptions, Credential } from 'rx-ctrader'
import { record } from 'rx-ctrader/recording'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { statuses } from '../../../support/statuses'
import { inVirtualTime } from '../../../support/virtualTime'
import { wiretap } from '../../../support/wiretap'
import type { Wiretap } from '../../../support/wiretap'

const { PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_VERSION_REQ } = PayloadType

const ACCOUNT = 12345678
const TRADE = 1

/** A simulator that knows some access tokens of one account. */
const brokerWith = (...tokens: readonly string[]): Simulator =>
  createSimulator({
    grants: tokens.map(accessToken => ({
      accessToken,
      refreshToken: `${accessToken}-refresh`,
      accountIds: [ACCOUNT],
      permissionScope: TRADE,
    })),
  })

interface Scene {
  readonly broker: Simulator
  readonly wire: Wiretap
  readonly client: Client
  readonly account: Account
}

const scene = (
  { broker = createSimulator(), ...options }: Partial<ClientOptions> & { readonly broker?: Simulator },
  accessToken: Credential = 'demo',
): Scene => {
  const wire = wiretap(broker.connect)
  const client = createClient({
    clientId: 'demo',
    clientSecret: 'demo',
    random: () => 0.5,
    ...options,
    connect: wire.connect,
  })
  return { broker, wire, client, account: client.account({ accountId: ACCOUNT, accessToken }) }
}

/** What was sent in a field of the authentications of a type. */
const given = ({ sent }: Wiretap, type: number, field: string): unknown[] =>
  sent.flatMap(({ payloadType, payload }) => (payloadType === type ? [payload?.[field]] : []))

const secretsSent = (wire: Wiretap): unknown[] => given(wire, PROTO_OA_APPLICATION_AUTH_REQ, 'clientSecret')
const tokensSent = (wire: Wiretap): unknown[] => given(wire, PROTO_OA_ACCOUNT_AUTH_REQ, 'accessToken')

describe('a function for the client secret', () => {
  it.each<[string, Credential]>([
    ['the text itself', () => 'demo'],
    ['an observable', () => of('demo')],
    [
      'an observable that emits later, and more than once',
      () => timer(500, 500).pipe(() => of('demo', 'other')),
    ],
    ['a list', () => ['demo']],
  ])('may return %s', (_, clientSecret) => {
    inVirtualTime(({ watch, at }) => {
      const { client, wire } = scene({ clientSecret })
      const seen = watch(client.request(PROTO_OA_VERSION_REQ, {}))
      at(5_000, () => {
        expect(seen.values).toHaveLength(1)
        expect(secretsSent(wire)).toEqual(['demo'])
      })
    })
  })

  it('may return a promise', async () => {
    const { client } = scene({ clientSecret: () => Promise.resolve('demo'), linger: 0 })
    expect(await firstValueFrom(client.request(PROTO_OA_VERSION_REQ, {}))).toHaveProperty('version')
  })

  it('is called at each authentication of the application, and not before', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator({
        applications: [1, 2, 3].map(n => ({ clientId: 'demo', clientSecret: `secret-${n}` })),
      })
      let calls = 0
      const { account, wire } = scene({ broker, clientSecret: () => `secret-${(calls += 1)}` })
      expect(calls).toBe(0)
      const seen = watch(account.authenticated$, 60_000)
      for (const ms of [10_000, 20_000]) at(ms, () => broker.drop())
      at(30_000, () => {
        expect(secretsSent(wire)).toEqual(['secret-1', 'secret-2', 'secret-3'])
        expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })
})

describe('a function for the access token', () => {
  it('is called at each authentication of the account: a new token reaches a running account', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = brokerWith('token-1', 'token-2')
      let token = 'token-1'
      const { account, wire } = scene({ broker }, () => of(token))
      const seen = watch(account.authenticated$, 60_000)
      const quotes = watch(spots(account, 'EURUSD'), 60_000)
      at(10_000, () => {
        token = 'token-2'
        broker.fault({ kind: 'accountDisconnect', accountId: ACCOUNT })
      })
      at(30_000, () => {
        expect(tokensSent(wire)).toEqual(['token-1', 'token-2'])
        expect(seen.values.at(-1)?.status).toBe('authenticated')
        expect(quotes.error).toBeUndefined()
        expect(quotes.timed.at(-1)?.[0]).toBeGreaterThan(20_000)
      })
    })
  })

  it('is called again when the server refuses the token, once', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = brokerWith('good-token')
      const tokens = ['expired', 'good-token']
      const { account, wire } = scene({ broker }, () => of(tokens.shift() ?? ''))
      const seen = watch(account.authenticated$, 60_000)
      at(10_000, () => {
        expect(tokensSent(wire)).toEqual(['expired', 'good-token'])
        expect(statuses(seen)).toEqual([
          'connecting',
          'authenticatingApp',
          'authenticatingAccount',
          'authenticated',
        ])
      })
    })
  })

  it('fails the account if it gives the refused token again', () => {
    inVirtualTime(({ watch, at }) => {
      const { account, wire } = scene({}, () => of('expired'))
      const seen = watch(account.authenticated$)
      at(300_000, () => {
        expect(tokensSent(wire)).toEqual(['expired'])
        expect(seen.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { reason: 'Refused', errorCode: 'CH_ACCESS_TOKEN_INVALID' },
        })
        expect(seen.completed).toBe(true)
      })
    })
  })

  it('makes a grant: the same function gives the same account, another one another', () => {
    const token = () => of('demo')
    const { client } = scene({})
    const options = { accountId: ACCOUNT, accessToken: token }
    expect(client.account(options)).toBe(client.account({ ...options }))
    expect(client.account({ ...options, accessToken: () => of('demo') })).not.toBe(client.account(options))
  })

  it.each([
    ['refreshToken', 'r'],
    ['expiresAt', 1],
    ['saveTokens', () => undefined],
  ])('goes with no %s, because the program renews the token', (option, value) => {
    const { client } = scene({})
    const options = { accountId: ACCOUNT, accessToken: () => of('demo'), [option]: value } as AccountOptions
    expect(() => client.account(options)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  it('is called for the environment of an account, too', () => {
    inVirtualTime(({ watch, at }) => {
      const { client } = scene({})
      const find = (accessToken: Credential) =>
        watch(findEnvironment(client, { accountId: ACCOUNT, accessToken }))
      const [found, failed] = [() => of('demo'), () => throwError(() => new Error('of demo'))].map(find)
      at(1_000, () => {
        expect(found?.values).toEqual(['demo'])
        expect(failed?.error).toMatchObject({
          reason: 'CredentialUnavailable',
          detail: 'its function failed',
        })
      })
    })
  })

  it('lets the permission of a new token count, and looks it up once for each', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = createSimulator({
        grants: [
          { accessToken: 'viewing', refreshToken: 'r1', accountIds: [ACCOUNT], permissionScope: 0 },
          { accessToken: 'trading', refreshToken: 'r2', accountIds: [ACCOUNT], permissionScope: 1 },
        ],
      })
      let token = 'viewing'
      const { account } = scene({ broker }, () => of(token))
      watch(account.authenticated$, 60_000)
      const answers: unknown[] = []
      const look = (): void => {
        account.canTrade$.subscribe(can => answers.push(can))
      }
      for (const ms of [1_000, 2_000, 20_000, 21_000]) at(ms, look)
      at(10_000, () => {
        token = 'trading'
        broker.fault({ kind: 'accountDisconnect', accountId: ACCOUNT })
      })
      at(30_000, () => {
        expect(answers).toEqual([false, false, true, true])
      })
    })
  })
})

describe.each(['clientSecret', 'accessToken'] as const)('a function for the %s', option => {
  const over = (credential: Credential): Scene =>
    option === 'clientSecret' ? scene({ clientSecret: credential }) : scene({}, credential)

  it.each<[string, Credential, string]>([
    ['errors', () => throwError(() => new Error('vault sealed')), 'vault sealed'],
    [
      'throws',
      () => {
        throw new Error('vault sealed')
      },
      'vault sealed',
    ],
    ['never answers', () => NEVER, 'it took longer than 10000 ms'],
  ])('that %s is called again with growing pauses, and the state says why', (_, credential, detail) => {
    inVirtualTime(({ watch, at }) => {
      let calls = 0
      const { account } = over(() => {
        calls += 1
        return calls < 4 ? (credential as () => string)() : 'demo'
      })
      const seen = watch(account.authenticated$, 120_000)
      at(100_000, () => {
        expect(calls).toBe(4)
        const pauses = seen.values.filter(({ status }) => status === 'reconnecting')
        const cause = expect.objectContaining({ reason: 'CredentialUnavailable', option, detail }) as unknown
        expect(pauses).toEqual(
          [1, 2, 3].map(attempt => ({
            status: 'reconnecting',
            attempt,
            delay: 500 * 2 ** (attempt - 1),
            cause,
          })),
        )
        expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it.each<[string, () => unknown]>([
    ['nothing', () => EMPTY],
    ['undefined', () => undefined],
    ['an empty text', () => of('')],
    ['a number', () => of(7)],
  ])('that gives %s fails, because there is none, and is called again after retry()', (_, give) => {
    inVirtualTime(({ watch, at }) => {
      let isLoggedIn = false
      let calls = 0
      const { account, client } = over(() => {
        calls += 1
        return isLoggedIn ? 'demo' : (give as () => string)()
      })
      const before = watch(account.authenticated$)
      at(60_000, () => {
        expect(calls).toBe(1)
        expect(before.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { reason: 'InvalidOption', option, message: `${option} must give a non-empty string` },
        })
        watch(account.authenticated$)
        expect(calls).toBe(1)
        isLoggedIn = true
        client.retry()
        const after = watch(account.authenticated$, 10_000)
        at(5_000, () => {
          expect(calls).toBe(2)
          expect(after.values.at(-1)?.status).toBe('authenticated')
        })
      })
    })
  })

  it('that is slow is given up with its consumer', () => {
    inVirtualTime(({ watch, at }) => {
      let asked = 0
      const { account } = over(() =>
        defer(() => {
          asked += 1
          return NEVER
        }),
      )
      watch(account.authenticated$, 5_000)
      at(100_000, () => {
        expect(asked).toBe(1)
      })
    })
  })
})

describe('client.retry()', () => {
  it('begins a new attempt for those who subscribe again, of an account that has failed', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = brokerWith('new-token')
      let token = 'old-token'
      const { account, client, wire } = scene({ broker }, () => of(token))
      const quotes = watch(spots(account, 'EURUSD').pipe(retry({ delay: () => client.retried$ })), 60_000)
      const states = watch(account.authenticated$.pipe(repeat({ delay: () => client.retried$ })), 60_000)
      const once = watch(spots(account, 'USDJPY'), 60_000)
      at(20_000, () => {
        expect(quotes.values).toEqual([])
        expect(states.values.at(-1)?.status).toBe('failed')
        token = 'new-token'
        client.retry()
      })
      at(40_000, () => {
        expect(tokensSent(wire)).toEqual(['old-token', 'new-token'])
        expect(quotes.values.length).toBeGreaterThan(0)
        expect(states.values.at(-1)?.status).toBe('authenticated')
        expect(once.error).toMatchObject({ errorCode: 'CH_ACCESS_TOKEN_INVALID' })
      })
    })
  })

  it('does so for the line and all its accounts, and the line opens for subscribers alone', () => {
    inVirtualTime(({ watch, at }) => {
      let clientSecret = 'wrong'
      const { account, client, wire } = scene({ clientSecret: () => clientSecret })
      const connection = watch(client.connection$)
      const seen = watch(account.authenticated$.pipe(repeat({ delay: () => client.retried$ })), 60_000)
      const other = client.account({ accountId: 1, accessToken: 'demo' })
      const otherSeen = watch(other.authenticated$.pipe(repeat({ delay: () => client.retried$ })), 60_000)
      at(20_000, () => {
        expect([seen, otherSeen].map(({ values }) => values.at(-1)?.status)).toEqual(['failed', 'failed'])
        expect(connection.values.at(-1)?.status).toBe('failed')
        expect(wire.lines).toEqual({ opened: 1, open: 0 })
        clientSecret = 'demo'
        client.retry()
      })
      at(30_000, () => {
        expect(statuses(seen).slice(-5)).toEqual([
          'failed',
          'connecting',
          'authenticatingApp',
          'authenticatingAccount',
          'authenticated',
        ])
        expect(otherSeen.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' },
        })
        expect(wire.lines).toEqual({ opened: 2, open: 1 })
        expect(connection.values.map(({ status }) => status)).toEqual([
          'idle',
          'connecting',
          'connected',
          'failed',
          'idle',
          'connecting',
          'connected',
        ])
      })
    })
  })

  it('opens nothing without a subscriber, and is idle then', () => {
    inVirtualTime(({ watch, at }) => {
      const { client, wire } = scene({ clientSecret: 'wrong' })
      const connection = watch(client.connection$, 60_000)
      watch(client.appAuth$)
      at(20_000, () => {
        client.retry()
      })
      at(40_000, () => {
        expect(wire.lines.opened).toBe(1)
        expect(connection.values.at(-1)).toEqual({ status: 'idle' })
      })
    })
  })

  it('ends the pause before a reconnect', () => {
    inVirtualTime(({ watch, at }) => {
      let isSealed = true
      const { account, client } = scene({ backoff: { initial: 100_000, max: 100_000 } }, () =>
        isSealed ? throwError(() => new Error('sealed')) : of('demo'),
      )
      const seen = watch(account.authenticated$, 60_000)
      at(10_000, () => {
        isSealed = false
        client.retry()
      })
      at(10_100, () => {
        expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('counts for an attempt that is under way with the old credentials: its refusal is not final', () => {
    inVirtualTime(({ watch, at }) => {
      const broker = brokerWith('new-token')
      let token = 'old-token'
      const connect = () =>
        broker.connect().pipe(map(socket => ({ ...socket, frame$: socket.frame$.pipe(delay(1_000)) })))
      const { account, client } = scene({ broker: { ...broker, connect } }, () => of(token))
      const seen = watch(account.authenticated$, 60_000)
      at(1_500, () => {
        expect(seen.values.at(-1)?.status).toBe('authenticatingAccount')
        token = 'new-token'
        client.retry()
      })
      at(30_000, () => {
        expect(statuses(seen)).not.toContain('failed')
        expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('changes nothing where all is well', () => {
    inVirtualTime(({ watch, at }) => {
      const { account, client, wire } = scene({})
      const seen = watch(account.authenticated$, 60_000)
      const retried = watch(client.retried$, 60_000)
      at(10_000, () => {
        client.retry()
      })
      at(30_000, () => {
        expect(retried.values).toHaveLength(1)
        expect(wire.lines.opened).toBe(1)
        expect(seen.values).toHaveLength(4)
      })
    })
  })
})

describe('the secrets that functions give', () => {
  it('are in no log, error, state, recording or printed object', () => {
    inVirtualTime(({ at }) => {
      const secrets = ['S3CRET-of-the-app', 'T0KEN-the-first', 'T0KEN-the-second']
      const [clientSecret = '', first = '', second = ''] = secrets
      const told: unknown[] = []
      const broker = createSimulator({
        applications: [{ clientId: 'demo', clientSecret }],
        grants: [{ accessToken: second, refreshToken: 'r', accountIds: [ACCOUNT], permissionScope: 1 }],
      })
      const answers = [
        of(first),
        throwError(() => new Error(`refused {"accessToken":"${second}"} after ${first}`)),
        of(second),
      ]
      const client = createClient({
        connect: broker.connect,
        clientId: 'demo',
        clientSecret: () => of(clientSecret),
        log: (...entry) => told.push(entry),
      })
      const account = client.account({ accountId: ACCOUNT, accessToken: () => answers.shift() ?? of(second) })
      const recording = record(client).subscribe(line => told.push(line))
      const states = account.authenticated$.subscribe(state => told.push(state))
      states.add(client.message$.subscribe(message => told.push(message)))
      at(30_000, () => {
        recording.unsubscribe()
        states.unsubscribe()
        const shown = inspect([told, client, account], { depth: Infinity, showHidden: true })
        expect(shown).toContain('CredentialUnavailable')
        expect(shown).toContain('authenticated')
        for (const secret of secrets) expect(shown.includes(secret)).toBe(false)
      })
    })
  })
})
