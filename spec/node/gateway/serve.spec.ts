import { once } from 'node:events'
import { EMPTY, firstValueFrom, of } from 'rxjs'
import type { Gateway, Handshake } from 'rx-ctrader/gateway'
import { serveGateway } from 'rx-ctrader/node'
import type { ServeGatewayOptions } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../../support/account'
import { gatewayOver } from '../../support/gatewayScene'
import { certificate } from './certificate'
import { ORIGIN, endAll, logIn, openAccount, openSocket, refusal, served, visit } from './served'

afterEach(endAll)

/** A gateway that notes what its clients say of themselves. */
const asking = async (options: Partial<ServeGatewayOptions> = {}) => {
  const asked: Handshake[] = []
  const { url } = await served(options, {
    authenticate: handshake => {
      asked.push(handshake)
      return of({ userId: 'ann' })
    },
  })
  return { url, asked }
}

describe('a gateway behind a port', () => {
  it('serves a client as the simulator would, with the ticket of its session', async () => {
    const { url } = await served()
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ctrader$/)
    const page = await visit(url)
    page.send(logIn('ann'), openAccount(ACCOUNT))
    expect(JSON.parse(await page.got(/2103/))).toMatchObject({ clientMsgId: 'open' })
    page.webSocket.ping()
    await once(page.webSocket, 'pong')
  })

  it('finds the session by the cookie, and asks with the origin and the address', async () => {
    const { url, asked } = await asking()
    const page = await visit(url, { origin: ORIGIN, cookie: 'a=b; __Host-session=SECRET; c=d' })
    page.send(logIn('any'))
    await page.got(/2101/)
    expect(asked).toEqual([
      { origin: ORIGIN, cookie: 'SECRET', address: '127.0.0.1', clientId: 'terminal', token: 'any' },
    ])
  })

  it('takes the token of a bearer protocol, and answers with the other protocol', async () => {
    const { url, asked } = await asking()
    const bearer = `base64url.bearer.${Buffer.from('SECRET ä').toString('base64url')}`
    const page = await visit(url, {}, ['ctrader', bearer])
    expect(page.webSocket.protocol).toBe('ctrader')
    page.send(logIn('any'))
    await page.got(/2101/)
    expect(asked).toMatchObject([{ token: 'SECRET ä' }])
  })

  it('chooses no protocol that it does not know, and never the one with the token', async () => {
    const { url } = await served()
    expect(await refusal(url, {}, ['base64url.bearer.U0VDUkVU'])).toBe('Server sent no subprotocol')
  })

  it.each([
    [0, '203.0.113.7, 198.51.100.1', '127.0.0.1'],
    [1, '203.0.113.7, 198.51.100.1', '198.51.100.1'],
    [2, '203.0.113.7, 198.51.100.1', '203.0.113.7'],
    [7, '203.0.113.7', '203.0.113.7'],
    [1, '7'.repeat(1_000), '7'.repeat(64)],
    [1, '', '127.0.0.1'],
  ])('behind %d proxies, takes of %j the address %s', async (trustProxy, forwarded, address) => {
    const { url, asked } = await asking({ trustProxy })
    const page = await visit(url, { origin: ORIGIN, 'x-forwarded-for': forwarded })
    page.send(logIn('any'))
    await page.got(/2101/)
    expect(asked).toMatchObject([{ address }])
  })

  it('has another path and another cookie where it is told to', async () => {
    const { url, asked } = await asking({ path: '/live/ws', cookie: 'sid' })
    const page = await visit(`${url}?token=SECRET`, { origin: ORIGIN, cookie: 'sid=1; __Host-session=2' })
    page.send(logIn('any'))
    await page.got(/2101/)
    expect(asked).toMatchObject([{ cookie: '1' }])
  })

  it('closes its port and its lines with 1001, and reads nothing more, when it is unsubscribed', async () => {
    const { url, stop, gateway, page } = await served()
    const client = await visit(url)
    client.send(logIn('ann'))
    await client.got(/2101/)
    stop()
    client.send(openAccount(ACCOUNT))
    expect(await client.closed).toBe(1001)
    expect(client.texts.join()).not.toContain('2103')
    expect((await firstValueFrom(gateway.health$)).peers).toBe(0)
    await expect(fetch(page('/health'))).rejects.toThrow()
  })

  it('serves no client after the gateway was closed', async () => {
    const { url, gateway } = await served()
    gateway.close().subscribe()
    expect(await (await visit(url)).closed).toBe(1001)
  })

  it('errors if it cannot listen', async () => {
    const { port, gateway } = await served()
    await expect(firstValueFrom(serveGateway(gateway, { port }))).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('serves wss: and https: with a certificate, as text or as bytes', async () => {
    const key = Buffer.from(certificate.key)
    for (const tls of [certificate, { ...certificate, key }]) {
      const { url } = await served({ tls })
      expect(url).toMatch(/^wss:/)
      const page = await visit(url)
      page.send(logIn('ann'))
      await page.got(/2101/)
    }
  })

  it('may listen on an address of IPv6', async () => {
    const { url } = await served({ host: '::1' })
    expect(url).toMatch(/^ws:\/\/\[::1\]:\d+\/ctrader$/)
  })
})

describe('the pages of a gateway', () => {
  const read = async (page: string, method = 'GET') => {
    const answer = await fetch(page, { method })
    return [answer.status, await answer.text()] as const
  }

  it('say that it is well, with nothing of users and accounts', async () => {
    const { page } = await served()
    const [status, text] = await read(page('/health'))
    expect([status, JSON.parse(text)]).toEqual([
      200,
      {
        status: 'ok',
        bus: 'up',
        failedWrites: [],
        peers: 0,
        lines: [{ name: 'demo', environment: 'demo', status: 'idle' }],
      },
    ])
    expect(await read(page('/health'), 'HEAD')).toEqual([200, ''])
  })

  it.each([
    ['a line has failed', 'failed', 'up'],
    ['the bus is down', 'connected', 'down'],
  ])('say with 503 that %s', async (_, status, bus) => {
    const lines = [{ name: 'demo', environment: 'demo', accounts: 1, health: { status, losses: 0 } }]
    const health$ = of({ bus, lines, peers: 1, failedWrites: [] }) as Gateway['health$']
    const { page } = await served({}, {}, { health$ })
    const [code, text] = await read(page('/health'))
    expect([code, JSON.parse(text)]).toEqual([503, expect.objectContaining({ status: 'failing', bus })])
  })

  it('name what could not be written, and go on to be asked: only the next order finds out that it works', async () => {
    const health$: Gateway['health$'] = of({ bus: 'up', lines: [], peers: 1, failedWrites: ['audit'] })
    const { page } = await served({}, {}, { health$ })
    const [code, text] = await read(page('/health'))
    expect([code, JSON.parse(text)]).toEqual([
      200,
      { status: 'ok', bus: 'up', failedWrites: ['audit'], peers: 1, lines: [] },
    ])
  })

  it('say with 503 that the gateway has ended', async () => {
    const { page } = await served({}, {}, { health$: EMPTY })
    expect((await read(page('/health')))[0]).toBe(503)
  })

  it.each([
    ['GET', '/', 404],
    ['GET', '/health/../../etc/passwd', 404],
    ['GET', '/%2e%2e/%2e%2e/etc/passwd', 404],
    ['GET', '/ctrader', 426],
    ['POST', '/health', 405],
    ['POST', '/ctrader', 426],
  ])('answer %s %s with %d', async (method, path, status) => {
    const { page } = await served()
    expect((await read(page(path), method))[0]).toBe(status)
  })

  it('do not wait for a body that is not read', async () => {
    const { port } = await served()
    const socket = await openSocket(port)
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx')
    const chunks: string[] = []
    socket.on('data', data => chunks.push(String(data)))
    await once(socket, 'close')
    expect(chunks.join('')).toMatch(/^HTTP\/1.1 404/)
  })
})

describe('the options of a gateway behind a port', () => {
  it.each<[string, unknown]>([
    ['port', { port: 70_000 }],
    ['port', { port: '8443' }],
    ['host', { port: 0, host: '' }],
    ['path', { port: 0, path: 'ctrader' }],
    ['cookie', { port: 0, cookie: 'a b' }],
    ['trustProxy', { port: 0, trustProxy: -1 }],
    ['handshakeTimeout', { port: 0, handshakeTimeout: -1 }],
    ['connections', { port: 0, connections: 0 }],
    ['connectionsPerAddress', { port: 0, connectionsPerAddress: 0.5 }],
    ['slow.closeAbove', { port: 0, slow: { closeAbove: 'much' } }],
    ['slow.closeAbov', { port: 0, slow: { closeAbov: 1 } }],
    ['tls', { port: 0, tls: true }],
    ['tls.key', { port: 0, tls: { cert: 'x' } }],
    ['tls.cert', { port: 0, tls: { cert: '', key: 'x' } }],
    ['tls.passphrase', { port: 0, tls: { cert: 'x', key: 'x', passphrase: 'SECRET' } }],
    ['oauth', { port: 0, oauth: {} }],
    ['oauth', { port: 0, oauth: 'pages' }],
    ['prot', { port: 0, prot: 1 }],
    ['options', undefined],
  ])('are refused with the name %s', async (option, options) => {
    const gateway = gatewayOver(createSimulator().connect)
    await expect(firstValueFrom(serveGateway(gateway, options as ServeGatewayOptions))).rejects.toMatchObject(
      { reason: 'InvalidOption', option },
    )
  })
})
