import { once } from 'node:events'
import { of, throwError } from 'rxjs'
import type { AuditEntry, Handshake } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../../support/account'
import { lasting, ownAccount } from '../../support/gatewayScene'
import { wiretap } from '../../support/wiretap'
import { ORIGIN, endAll, logIn, openAccount, openSocket, refusal, served, visit } from './served'

const OTHER = 23_456_789
const SECRETS = /SECRET|demo-refresh/

afterEach(endAll)

/** A gateway in which the tickets of `ann` and `ben` are known, and each has one account. */
const town = async (limits: Partial<Record<'framesPerSecond' | 'burst' | 'frameSize', number>> = {}) => {
  const wire = wiretap(
    createSimulator({
      applications: [{ clientId: 'demo', clientSecret: 'SECRET-application' }],
      accounts: [ACCOUNT, OTHER].map(accountId => ({
        accountId,
        isLive: false,
        traderLogin: accountId,
        brokerTitleShort: 'Simulator',
      })),
      grants: [
        {
          accessToken: 'SECRET-token',
          refreshToken: 'SECRET-refresh',
          accountIds: [ACCOUNT, OTHER],
          permissionScope: 1,
        },
      ],
    }).connect,
  )
  const asked: Handshake[] = []
  const audited: AuditEntry[] = []
  const known = new Map([
    ['SECRET-ann', 'ann'],
    ['SECRET-ben', 'ben'],
  ])
  const gateway = await served(
    { handshakeTimeout: 200 },
    {
      application: { clientId: 'demo', clientSecret: 'SECRET-application' },
      lines: [{ name: 'demo', environment: 'demo', connect: wire.connect }],
      grants: {
        load: () =>
          of({ tokens: { accessToken: 'SECRET-token', refreshToken: 'SECRET-refresh' }, version: '1' }),
        save: () => throwError(() => new Error('SECRET')),
      },
      authenticate: handshake => {
        asked.push(handshake)
        const userId = known.get(handshake.cookie ?? handshake.token ?? '')
        return userId === undefined
          ? throwError(() => new Error(`there is no ${String(handshake.token)}`))
          : of({ userId })
      },
      entitle: ({ userId }) =>
        lasting({ ...ownAccount, accountId: userId === 'ann' ? ACCOUNT : OTHER, scope: 'view' }),
      audit: entry => {
        audited.push(entry)
      },
      limits,
    },
  )
  return { ...gateway, wire, asked, audited }
}

/** Asks again until the answer is another one: the other side may need a moment. */
const untilNot = async (ask: () => Promise<string>, pattern: RegExp): Promise<string> => {
  const answer = await ask()
  return pattern.test(answer) ? untilNot(ask, pattern) : answer
}

const request = (payloadType: number, payload: object) => ({ payloadType, clientMsgId: 'r', payload })

describe('a page of another origin', () => {
  it.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'https://app.example.com:8443',
    'http://app.example.com',
    'HTTPS://APP.EXAMPLE.COM',
    'null',
    '',
  ])('%j is refused with a valid cookie, too, and no session is looked for', async origin => {
    const { url, asked } = await town()
    expect(await refusal(url, { origin, cookie: '__Host-session=SECRET-ann' })).toMatch(/403/)
    expect(asked).toEqual([])
  })

  it('is refused also without a cookie', async () => {
    expect(await refusal((await town()).url, { origin: 'https://evil.example' })).toMatch(/403/)
  })
})

describe('a cookie that was stolen', () => {
  it('opens nothing without an origin', async () => {
    const { url, asked } = await town()
    expect(await refusal(url, { cookie: '__Host-session=SECRET-ann' })).toMatch(/403/)
    expect(asked).toEqual([])
  })

  it('opens nothing beside another of the same name', async () => {
    const { url } = await town()
    const cookie = '__Host-session=SECRET-ann; __Host-session=SECRET-ben'
    expect(await refusal(url, { origin: ORIGIN, cookie })).toMatch(/400/)
  })

  it('goes nowhere but to the path of the WebSocket', async () => {
    const { url } = await town()
    for (const path of ['/', '/../ctrader', '/ctrader/', '/%63trader'])
      expect(
        await refusal(new URL(url).origin + path, { origin: ORIGIN, cookie: '__Host-session=SECRET-ann' }),
      ).toMatch(/404|not refused/)
  })
})

describe('a session', () => {
  it('that is not known is refused, with nothing of why', async () => {
    const { url, wire } = await town()
    const visitor = await visit(url)
    visitor.send(logIn('SECRET-carl'), openAccount(ACCOUNT))
    await visitor.got(/CH_CLIENT_NOT_AUTHENTICATED/)
    expect(visitor.texts.join()).toContain('CH_CLIENT_AUTH_FAILURE')
    expect(visitor.texts.join()).not.toMatch(SECRETS)
    expect(wire.sentTypes()).toEqual([])
  })

  it('cannot be changed: the cookie counts, and not the token of another user', async () => {
    const { url } = await town()
    const visitor = await visit(url, { origin: ORIGIN, cookie: '__Host-session=SECRET-ben' })
    visitor.send(logIn('SECRET-ann'), openAccount(ACCOUNT))
    expect(await visitor.got(/"clientMsgId":"open"/)).toContain('CH_CTID_TRADER_ACCOUNT_NOT_FOUND')
    visitor.send(logIn('SECRET-ann'))
    await visitor.got(/CH_CLIENT_ALREADY_AUTHENTICATED/)
  })

  it('cannot be changed by a token in the first message, where a bearer protocol has one', async () => {
    const { url } = await town()
    const bearer = `base64url.bearer.${Buffer.from('SECRET-ben').toString('base64url')}`
    const visitor = await visit(url, { origin: ORIGIN }, ['ctrader', bearer])
    visitor.send(logIn('SECRET-ann'), openAccount(ACCOUNT))
    expect(await visitor.got(/"clientMsgId":"open"/)).toContain('CH_CTID_TRADER_ACCOUNT_NOT_FOUND')
  })

  it('opens no account by guessing, and all guesses have the same answer', async () => {
    const { url, wire } = await town()
    const visitor = await visit(url)
    visitor.send(logIn('SECRET-ann'))
    await visitor.got(/2101/)
    const guesses = [OTHER, 1, 0, -1, Number.MAX_SAFE_INTEGER]
    for (const id of guesses) visitor.send({ ...openAccount(id), clientMsgId: `guess ${id}` })
    const last = await visitor.got(new RegExp(`guess ${Number.MAX_SAFE_INTEGER}`))
    const payloads = visitor.texts
      .filter(text => text.includes('guess'))
      .map(text => JSON.stringify((JSON.parse(text) as { readonly payload: object }).payload))
    expect(payloads).toHaveLength(guesses.length)
    expect(new Set(payloads).size).toBe(1)
    expect(last).toContain('CH_CTID_TRADER_ACCOUNT_NOT_FOUND')
    expect(wire.sentTypes()).toEqual([])
  })

  it('cannot ask for, or trade on, an account that is not open', async () => {
    const { url, wire, audited } = await town()
    const visitor = await visit(url)
    visitor.send(logIn('SECRET-ann'), openAccount(ACCOUNT))
    await visitor.got(/2103/)
    const before = wire.sentTypes().length
    const order = { orderType: 1, symbolId: 1, tradeSide: 1, volume: 100_000 }
    visitor.send(
      request(2121, { ctidTraderAccountId: OTHER }),
      request(2106, { ...order, ctidTraderAccountId: OTHER }),
      { ...request(2106, { ...order, ctidTraderAccountId: ACCOUNT }), clientMsgId: 'viewer' },
    )
    expect(await visitor.got(/viewer/)).toContain('TRADING_NOT_ALLOWED')
    expect(visitor.texts.filter(text => text.includes('not authorized'))).toHaveLength(2)
    expect(wire.sentTypes()).toHaveLength(before)
    expect(audited).toEqual([])
  })

  it('cannot get tokens, and no text that it gets has one', async () => {
    const { url } = await town()
    const visitor = await visit(url)
    visitor.send(logIn('SECRET-ann'), openAccount(ACCOUNT), request(2149, { accessToken: 'mine' }))
    visitor.send({ ...request(2173, { refreshToken: 'any' }), clientMsgId: 'refresh' })
    visitor.send({ ...request(2151, { accessToken: 'any' }), clientMsgId: 'profile' })
    expect(await visitor.got(/"refresh"/)).toContain('UNSUPPORTED_MESSAGE')
    expect(await visitor.got(/"profile"/)).toContain('UNSUPPORTED_MESSAGE')
    await visitor.got(/2103/)
    expect(visitor.texts.join()).not.toMatch(SECRETS)
  })
})

describe('a frame', () => {
  it.each([
    ['is longer than allowed', 'x'.repeat(2_000), 1009],
    ['is longer than allowed, in bytes alone', 'ä'.repeat(600), 1009],
    ['is no JSON', '{"payloadType":', 1000],
    ['is no object', '[]', 1000],
    ['is deep', '['.repeat(900), 1000],
  ])('that %s ends the line with its code, and no other', async (_, text, code) => {
    const { url } = await town({ frameSize: 1_000 })
    const [bad, good] = [await visit(url), await visit(url)]
    bad.send(text)
    expect(await bad.closed).toBe(code)
    good.send(logIn('SECRET-ann'))
    await good.got(/2101/)
  })

  it.each([
    ['a field that only JSON can have', '"__proto__":{"scope":"trade"},"constructor":{"prototype":{"a":1}}'],
    ['a field twice', '"ctidTraderAccountId":1,"ctidTraderAccountId":23456789'],
    ['another number for the account', '"ctidTraderAccountId":"23456789"'],
    ['a number that is no account', '"ctidTraderAccountId":23456789.5'],
  ])('with %s opens nothing', async (_, fields) => {
    const { url, wire } = await town()
    const visitor = await visit(url)
    visitor.send(logIn('SECRET-ann'))
    visitor.send(`{"payloadType":2102,"clientMsgId":"open","payload":{${fields},"accessToken":"any"}}`)
    expect(await visitor.got(/"clientMsgId":"open"/)).toMatch(/INVALID_REQUEST|ACCOUNT_NOT_FOUND/)
    expect(wire.sentTypes()).toEqual([])
  })

  it('in bytes, or that breaks the protocol of WebSockets, ends the line', async () => {
    const { url } = await town()
    const binary = await visit(url)
    binary.webSocket.send(Buffer.from('{"payloadType":51}'))
    expect(await binary.closed).toBe(1000)
    const invalid = await visit(url)
    // Not UTF-8.
    invalid.webSocket.send(Buffer.from([0xff, 0xfe]), { binary: false })
    expect(await invalid.closed).toBe(1007)
  })

  it('in more pieces than anyone needs ends the line, and one in a few pieces is read', async () => {
    const { url } = await town()
    const [many, few] = [await visit(url), await visit(url)]
    const text = JSON.stringify(logIn('SECRET-ann'))
    for (const part of text.match(/.{1,20}/g) ?? []) few.webSocket.send(part, { fin: false })
    few.webSocket.send('')
    await few.got(/2101/)
    for (let i = 0; i < 100; i += 1) many.webSocket.send('[', { fin: false })
    expect(await many.closed).toBe(1008)
  })

  it('of too many is refused unread, and in the end the line is closed; one that floods with pings is cut off', async () => {
    const { url } = await town({ framesPerSecond: 1, burst: 2 })
    const flooding = await visit(url)
    for (let i = 0; i < 510; i += 1) flooding.send(request(2104, {}))
    expect(await flooding.closed).toBe(1008)
    expect(flooding.texts.join()).toContain('REQUEST_FREQUENCY_EXCEEDED')
    const pinging = await visit(url)
    for (let i = 0; i < 510; i += 1) pinging.webSocket.ping()
    expect(await pinging.closed).toBe(1006)
  })
})

describe('a client for which too much waits', () => {
  it('is closed with 1013, and others are served on', async () => {
    const { url } = await served({ slow: { closeAbove: 1_000 } })
    const [slow, good] = [await visit(url), await visit(url)]
    // They arrive together, so that their answers wait together.
    for (let i = 0; i < 20; i += 1)
      slow.send({ payloadType: 2104, clientMsgId: 'x'.repeat(2_000), payload: {} })
    expect(await slow.closed).toBe(1013)
    good.send(logIn('ann'))
    await good.got(/2101/)
  })
})

describe('a connection', () => {
  const textOf = (socket: Awaited<ReturnType<typeof openSocket>>): Promise<string> => {
    const chunks: string[] = []
    socket.on('data', data => chunks.push(String(data)))
    return once(socket, 'close').then(() => chunks.join(''))
  }

  it('that says nothing, or one byte after another, is closed in time', async () => {
    const { port } = await town()
    const silent = await openSocket(port)
    const slow = await openSocket(port)
    const dripping = setInterval(() => slow.write('G'), 20)
    await Promise.all([textOf(silent), textOf(slow)])
    clearInterval(dripping)
    expect([silent.destroyed, slow.destroyed]).toEqual([true, true])
  })

  it('whose body does not come is closed in time', async () => {
    const { port } = await town()
    const socket = await openSocket(port)
    socket.write('GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ')
    expect(await textOf(socket)).toMatch(/^HTTP\/1.1 408/)
  })

  it('beyond the largest number is closed unread', async () => {
    const { port } = await served({ connections: 1 })
    await openSocket(port)
    await textOf(await openSocket(port))
  })

  it('beyond the largest number of its address is refused before its upgrade, until one has ended', async () => {
    const { url } = await served({ connectionsPerAddress: 2, trustProxy: 1 })
    const from = (address: string) => ({ origin: ORIGIN, 'x-forwarded-for': `1.1.1.1, ${address}` })
    const first = await visit(url, from('2.2.2.2'))
    await visit(url, from('2.2.2.2'))
    expect(await refusal(url, from('2.2.2.2'))).toMatch(/429/)
    await visit(url, from('3.3.3.3'))
    first.webSocket.terminate()
    await first.closed
    await expect(untilNot(() => refusal(url, from('2.2.2.2')), /429/)).resolves.toBe('not refused')
    expect(await refusal(url, from('2.2.2.2'))).toMatch(/429/)
  })

  it('that is refused for another reason takes no place', async () => {
    const { url } = await served({ connectionsPerAddress: 1 })
    for (let n = 0; n < 3; n += 1)
      expect(await refusal(url, { origin: 'https://evil.example' })).toMatch(/403/)
    await visit(url)
  })

  it.each([
    'http://evil.example/ctrader',
    '//evil.example/ctrader',
    '/ctrader/../health',
    '/health/..%2fctrader',
  ])('that asks for %s is refused', async path => {
    const { port } = await town()
    const socket = await openSocket(port)
    const lines = [`GET ${path} HTTP/1.1`, 'Host: a', `Origin: ${ORIGIN}`, 'Connection: Upgrade']
    socket.write([...lines, 'Upgrade: websocket', '', ''].join('\r\n'))
    expect(await textOf(socket)).toMatch(/^HTTP\/1.1 404/)
  })

  it('that is reset while it is refused, or in the middle of its upgrade, ends nothing else', async () => {
    const { port, url } = await town()
    for (const origin of ['https://evil.example', ORIGIN]) {
      const socket = await openSocket(port)
      const lines = ['GET /ctrader HTTP/1.1', 'Host: a', `Origin: ${origin}`, 'Connection: Upgrade']
      socket.write([...lines, 'Upgrade: websocket', '', ''].join('\r\n'))
      socket.resetAndDestroy()
    }
    const visitor = await visit(url)
    visitor.send(logIn('SECRET-ann'))
    await visitor.got(/2101/)
  })
})
