import { EMPTY, NEVER, Subject, concat, of } from 'rxjs'
import type { Log } from 'rx-ctrader'
import type { Entitlement, GatewayOptions } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { gatewayOver, lasting, ownAccount } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { memoryLine } from '../../src/gateway/edge/wire/memoryLine'

const logIn = { payloadType: 2100, payload: { clientId: 'terminal', clientSecret: 'SECRET' } }
const listAccounts = { payloadType: 2149, payload: { accessToken: 'any' } }
const open = { payloadType: 2102, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'any' } }

type Logged = Parameters<Log>

/** What a peer gets that logs in, asks for its accounts and opens one, and what the gateway logs. */
const visit = (
  options: object,
  act: (at: (ms: number, run: () => void) => void) => void = () => undefined,
) => {
  const logged: Logged[] = []
  const seen: { answers: readonly unknown[]; closed: RawClient['closed']; tookLong: boolean }[] = []
  inVirtualTime(({ at }) => {
    const gateway = gatewayOver(createSimulator({ latency: 10 }).connect, {
      log: (...entry) => {
        logged.push(entry)
      },
      ...(options as Partial<GatewayOptions>),
    })
    const peer = rawClient(memoryLine(server => gateway.accept(server, {})))
    peer.send(logIn, listAccounts, open)
    act(at)
    at(5_000, () => {
      const answers = peer.frames().map(({ payloadType, payload }) => payload?.['errorCode'] ?? payloadType)
      const tookLong = peer.timed.some(([ms]) => ms > 2_000)
      seen.push({ answers, closed: peer.closed, tookLong })
      peer.leave()
    })
  })
  const [first] = seen
  if (!first) throw new Error('there was no visit')
  const faults = logged.flatMap(([level, event, fields]) =>
    level === 'error' && event === 'gateway.session' ? [fields['fault']] : [],
  )
  expect(JSON.stringify(logged)).not.toContain('SECRET')
  return { ...first, faults }
}

const NO_SESSION = ['CH_CLIENT_AUTH_FAILURE', 'CH_CLIENT_NOT_AUTHENTICATED', 'CH_CLIENT_NOT_AUTHENTICATED']

const entitling = (value: unknown) => ({ entitle: () => concat(of(value), NEVER) })
const entitlement = (change: object) => entitling([{ ...ownAccount, ...change }])

describe('what the application gives a gateway', () => {
  it.each<[string, string, object]>([
    ['no list', 'entitle: value must be a list of entitlements', entitling(undefined)],
    ['null', 'entitle: value must be a list of entitlements', entitling(null)],
    ['an object', 'entitle: value must be a list of entitlements', entitling({})],
    ['a list of null', 'entitle: 0 must be an object', entitling([null])],
    ['no grant', 'entitle: 0.grantId must be a non-empty string', entitlement({ grantId: undefined })],
    ['an empty grant', 'entitle: 0.grantId must be a non-empty string', entitlement({ grantId: '' })],
    ['another scope', "entitle: 0.scope must be 'view' or 'trade'", entitlement({ scope: 'SECRET' })],
    [
      'another environment',
      "entitle: 0.environment must be 'demo' or 'live'",
      entitlement({ environment: 'prod' }),
    ],
    ['a text as id', 'entitle: 0.accountId must be a whole number', entitlement({ accountId: 'SECRET' })],
    ['a text as login', 'entitle: 0.traderLogin must be a whole number', entitlement({ traderLogin: '7' })],
    [
      'a mistake in a later account',
      'entitle: 1.grantId must be a non-empty string',
      entitling([ownAccount, { ...ownAccount, grantId: 5 }]),
    ],
    ['nothing at all', 'entitle: must return an Observable', { entitle: () => undefined }],
    ['something else', 'entitle: must return an Observable', { entitle: () => ({ a: 'SECRET' }) }],
    ['an end without a value', 'entitle: has completed without a value', { entitle: () => EMPTY }],
  ])(
    'refuses the session for rights that cannot be used, at once and with a log line: %s',
    (_, fault, options) => {
      expect(visit(options)).toEqual({
        answers: NO_SESSION,
        closed: undefined,
        faults: [fault],
        tookLong: false,
      })
    },
  )

  it.each<[string, string, unknown]>([
    ['no session', 'userId must be a non-empty string', undefined],
    ['no user', 'userId must be a non-empty string', {}],
    ['an empty user', 'userId must be a non-empty string', { userId: '' }],
    ['a number as user', 'userId must be a non-empty string', { userId: 5 }],
    [
      'a date as text',
      'expiresAt must be a finite number of ms since the epoch',
      { userId: 'ann', expiresAt: '2026-12-01T00:00:00Z' },
    ],
    [
      'no number',
      'expiresAt must be a finite number of ms since the epoch',
      { userId: 'ann', expiresAt: NaN },
    ],
    ['null', 'expiresAt must be a finite number of ms since the epoch', { userId: 'ann', expiresAt: null }],
  ])('is no session: %s', (_, fault, session) => {
    const { answers, faults } = visit({ authenticate: () => of(session) })
    expect(answers).toEqual(NO_SESSION)
    expect(faults).toEqual([`authenticate: ${fault}`])
  })

  it.each<[string, string, unknown]>([
    ['nothing at all', 'authenticate: must return an Observable', undefined],
    ['an end without a value', 'authenticate: has completed without a value', EMPTY],
  ])('is no session: %s', (_, fault, answer) => {
    expect(visit({ authenticate: () => answer })).toMatchObject({
      answers: NO_SESSION,
      faults: [fault],
      tookLong: false,
    })
  })

  it('is waited for, but not for long, and the log says for what', () => {
    const late = (options: object) => {
      const logged: unknown[] = []
      inVirtualTime(({ at }) => {
        const gateway = gatewayOver(createSimulator().connect, {
          log: (...[, , { fault }]) => {
            if (fault !== undefined) logged.push(fault)
          },
          ...options,
        })
        const peer = rawClient(memoryLine(server => gateway.accept(server, {})))
        peer.send(logIn)
        at(9_000, peer.leave)
      })
      return logged
    }
    expect(late({ authenticate: () => NEVER })).toEqual(['authenticate: no answer within 8000 ms'])
    expect(late({ entitle: () => NEVER })).toEqual(['entitle: no answer within 8000 ms'])
  })

  it('ends a session whose rights cannot be used any more', () => {
    const rights$ = new Subject<unknown>()
    const wrong = { entitle: () => concat(of([ownAccount]), rights$) }
    const { answers, closed, faults } = visit(wrong, at => {
      at(3_000, () => {
        rights$.next([{ ...ownAccount, grantId: undefined }])
      })
    })
    expect(answers).toEqual([2101, 2150, 2103, 2148])
    expect(closed).toMatchObject({ code: 1008 })
    expect(faults).toEqual(['entitle: 0.grantId must be a non-empty string'])
  })

  it('may have accounts of an environment without a line: they are left out, and the log says so', () => {
    const live: Entitlement = { ...ownAccount, accountId: 7, environment: 'live' }
    const { answers, faults } = visit({ entitle: () => lasting(live, ownAccount) })
    expect(answers).toEqual([2101, 2150, 2103])
    expect(faults).toEqual(['entitle: 0.environment has no line, so that the account cannot be used'])
  })

  it('is the same for pages of its server, which have no session then', () => {
    const faults: unknown[] = []
    const gateway = gatewayOver(createSimulator().connect, {
      authenticate: () => of({ userId: '' }),
      log: (level, event, { fault }) => {
        faults.push([level, event, fault])
      },
    })
    const failed = jest.fn()
    gateway.authenticate({ cookie: 'SECRET' }).subscribe({ error: failed })
    expect(failed).toHaveBeenCalledTimes(1)
    expect(faults).toEqual([['error', 'gateway.session', 'authenticate: userId must be a non-empty string']])
  })
})

describe('a line of a gateway', () => {
  it('ends alone when something unexpected happens, and the log says where', () => {
    const logged: Logged[] = []
    const gateway = gatewayOver(createSimulator().connect, {
      log: (...entry) => {
        logged.push(entry)
      },
    })
    const close = jest.fn()
    const send = () => {
      throw new TypeError('SECRET')
    }
    const connection = gateway.accept({ send, close, cut: () => undefined }, {})
    connection.receive('{"payloadType":2104,"payload":{}}')
    expect(close.mock.calls).toEqual([[1011, 'Internal error']])
    expect(logged).toMatchObject([['error', 'gateway.line', { error: { name: 'TypeError' } }]])
    expect(JSON.stringify(logged)).not.toContain('SECRET')
  })

  it('gives an id that is too long back cut', () => {
    inVirtualTime(({ at }) => {
      const peer = rawClient(memoryLine(server => gatewayOver(createSimulator().connect).accept(server, {})))
      peer.send({ payloadType: 2104, clientMsgId: 'x'.repeat(60_000), payload: {} })
      peer.send({ payloadType: 9, clientMsgId: 'y'.repeat(60_000), payload: {} })
      at(100, () => {
        expect(peer.frames().map(({ clientMsgId }) => clientMsgId)).toEqual(
          ['x', 'y'].map(c => c.repeat(100)),
        )
        peer.leave()
      })
    })
  })
})
