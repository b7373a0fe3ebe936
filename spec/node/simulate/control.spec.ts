import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import type { Subscription } from 'rxjs'
import { PayloadType, webSocketConnect } from 'rx-ctrader'
import { serveSimulator } from 'rx-ctrader/node'
import type { ServeSimulatorOptions } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { rawClient } from '../../support/rawClient'
import type { RawClient } from '../../support/rawClient'

const appAuth = {
  payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  payload: { clientId: 'demo', clientSecret: 'demo' },
}
const accountAuth = {
  payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
  payload: { ctidTraderAccountId: 12345678, accessToken: 'demo' },
}
const spots = {
  payloadType: PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  payload: { ctidTraderAccountId: 12345678, symbolId: [1] },
}

const served: Subscription[] = []
const clients: RawClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.leave()
  for (const server of served.splice(0)) server.unsubscribe()
})

const serve = async (
  options: ServeSimulatorOptions = { control: true },
): Promise<{ url: string; http: string }> => {
  const url = await new Promise<string>((resolve, reject) => {
    served.push(
      serveSimulator(createSimulator(), { port: 0, ...options }).subscribe({
        next: listening => {
          resolve(listening.url)
        },
        error: reject,
      }),
    )
  })
  return { url, http: url.replace(/^ws/, 'http') }
}

const lineTo = async (url: string): Promise<RawClient> => {
  const client = rawClient(webSocketConnect(url))
  clients.push(client)
  await client.until(() => client.openedAt !== undefined)
  return client
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

const ask = (
  url: string,
  method: string,
  body?: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({
          status: response.statusCode ?? 0,
          body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text,
        })
      })
    })
    request.on('error', reject)
    request.end(body)
  })

const control = (http: string, fault: unknown): Promise<Answer> =>
  ask(`${http}/control`, 'POST', typeof fault === 'string' ? fault : JSON.stringify(fault))

describe('the control endpoint', () => {
  it('makes a fault happen on the lines of the same port', async () => {
    const { url, http } = await serve()
    const client = await lineTo(url)
    expect(await control(http, { kind: 'push', text: 'pushed' })).toEqual({
      status: 200,
      body: { done: { kind: 'push', text: 'pushed' } },
    })
    await client.until(() => client.received.length > 0)
    expect(client.received).toEqual(['pushed'])
    await control(http, { kind: 'drop' })
    await client.until(() => client.closed !== undefined)
    expect(client.closed).toMatchObject({ code: 1006 })
  })

  it.each(['evil.example:5036', 'localhost.evil.example', 'x', '127.0.0.1.evil.example'])(
    'tells nothing to who calls this machine %s (G16)',
    async host => {
      const { http } = await serve()
      expect(await ask(`${http}/status`, 'GET', undefined, { host })).toMatchObject({ status: 421 })
      const headers = { host, 'content-type': 'application/json' }
      expect(await ask(`${http}/control`, 'POST', '{"kind":"drop"}', headers)).toMatchObject({ status: 421 })
    },
  )

  it.each(['localhost', 'app.localhost:5036', '[::1]:5036', '192.168.1.7:5036', 'simulator:5036'])(
    'answers who calls it %s (G16)',
    async host => {
      const { http } = await serve({ control: true, allowHosts: ['simulator'] })
      expect(await ask(`${http}/status`, 'GET', undefined, { host })).toMatchObject({ status: 200 })
    },
  )

  it.each([
    ['/control', true],
    ['/control', false],
    ['/status', true],
  ])('does not listen to a body without an end: %s, with control %p (G16)', async (path, served) => {
    const { http } = await serve({ control: served })
    const { port } = new URL(http)
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    const closed = once(socket, 'close')
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    )
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const writing = setInterval(() => socket.write(chunk), 1)
    await closed
    clearInterval(writing)
    expect(socket.bytesWritten).toBeLessThan(16 * 1024 * 1024)
  })

  it('ends the line with an answer that came before all of the request', async () => {
    const { http } = await serve()
    const agent = new Agent({ keepAlive: true })
    const statuses: number[] = []
    for (let n = 0; n < 4; n += 1)
      statuses.push(
        await new Promise<number>((resolve, reject) => {
          const headers = { origin: 'http://evil.example', 'content-type': 'application/json' }
          const request = httpRequest(`${http}/control`, { method: 'POST', headers, agent }, response => {
            response.resume().on('end', () => {
              resolve(response.statusCode ?? 0)
            })
          })
          request.on('error', reject)
          request.write('{"kind":')
          request.end('"drop"}')
        }),
      )
    agent.destroy()
    expect(statuses).toEqual([403, 403, 403, 403])
  })

  it.each(['mute', 'unlist', 'gap'])('takes %s of a symbol that there is, and of no other', async kind => {
    const { http } = await serve()
    const more = kind === 'gap' ? { by: 10 } : {}
    expect(await control(http, { kind, symbolId: 1, ...more })).toMatchObject({ status: 200 })
    expect(await control(http, { kind, symbolId: 7777, ...more })).toMatchObject({
      status: 400,
      body: { field: 'symbolId' },
    })
  })

  it('says who is connected and subscribed to what, and no secret', async () => {
    const { url, http } = await serve()
    const client = await lineTo(url)
    client.send(appAuth, accountAuth, spots)
    await client.until(() => client.received.length >= 4)
    const { status, body } = await ask(`${http}/status`, 'GET')
    expect(status).toBe(200)
    expect(body).toEqual({
      now: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
      lines: [
        {
          line: 0,
          clientId: 'demo',
          accountIds: [12345678],
          silent: false,
          deaf: false,
          delay: 0,
          subscriptions: [{ accountId: 12345678, spots: [1], depth: [] }],
        },
      ],
    })
    expect(await ask(http, 'GET')).toMatchObject({ status: 200 })
  })

  it.each<[string, unknown, string]>([
    ['no JSON', '{"kind":', 'body'],
    ['no object', [], 'body'],
    ['null', null, 'body'],
    ['no kind', {}, 'kind'],
    ['an unknown kind', { kind: 'explode' }, 'kind'],
    ['a kind of every object', { kind: 'constructor' }, 'kind'],
    ['a missing field', { kind: 'push' }, 'text'],
    ['a field of another type', { kind: 'delay', ms: '5' }, 'ms'],
    ['a negative delay', { kind: 'delay', ms: -1 }, 'ms'],
    ['a delay no timer takes', { kind: 'delay', ms: 2 ** 31 }, 'ms'],
    ['a misspelt field', { kind: 'drop', lines: 3 }, 'lines'],
    ['a misspelt line', { kind: 'drop', on: { lin: 3 } }, 'lin'],
    ['a line of another type', { kind: 'drop', on: { line: 'all' } }, 'on.line'],
    ['no times', { kind: 'duplicate', times: 0 }, 'times'],
    ['a code no server may close with', { kind: 'close', code: 1006 }, 'code'],
    ['a reason too long for a closing frame', { kind: 'close', reason: 'ü'.repeat(62) }, 'reason'],
    ['a carrier that is no refusal', { kind: 'refuse', errorCode: 'X', carrier: 2131 }, 'carrier'],
    ['maintenance by an order error', { kind: 'maintenance', seconds: 1, carrier: 2132 }, 'carrier'],
    ['a gap of no symbol', { kind: 'gap', symbolId: 424242, by: 1 }, 'symbolId'],
    ['a gap below nothing', { kind: 'gap', symbolId: 1, by: -2_000_000 }, 'by'],
  ])('answers %s with 400 and the field, and does nothing', async (_, fault, field) => {
    const { url, http } = await serve()
    const client = await lineTo(url)
    expect(await control(http, fault)).toEqual({
      status: 400,
      body: { error: expect.stringContaining(field) as unknown, field },
    })
    client.send({ payloadType: PayloadType.PROTO_OA_VERSION_REQ })
    await client.until(() => client.received.length > 0 || client.closed !== undefined)
    expect(client.received).toHaveLength(1)
    expect(client.closed).toBeUndefined()
  })

  it.each<[string, string, string, Readonly<Record<string, string>>, number]>([
    [
      'a web page',
      '/control',
      'POST',
      { 'content-type': 'application/json', origin: 'http://evil.example' },
      403,
    ],
    ['a web page that looks', '/status', 'GET', { origin: 'null' }, 403],
    ['a form', '/control', 'POST', { 'content-type': 'text/plain' }, 415],
    ['no content type', '/control', 'POST', {}, 415],
    ['a GET of the control', '/control', 'GET', {}, 405],
    ['a POST of the status', '/status', 'POST', { 'content-type': 'application/json' }, 405],
    ['another path', '/etc', 'GET', {}, 404],
  ])('refuses %s', async (_, path, method, headers, status) => {
    const { url, http } = await serve()
    const client = await lineTo(url)
    const body = method === 'POST' ? '{"kind":"push","text":"hit"}' : undefined
    expect(await ask(http + path, method, body, headers)).toMatchObject({ status })
    client.send({ payloadType: PayloadType.PROTO_OA_VERSION_REQ })
    await client.until(() => client.received.length > 0)
    expect(client.received.join()).not.toContain('hit')
  })

  it('refuses a body without end', async () => {
    const { http } = await serve()
    expect(await control(http, ' '.repeat(70_000))).toMatchObject({ status: 413 })
  })

  it.each([{}, { control: false }])('is not there with %j', async options => {
    const { url, http } = await serve(options)
    const client = await lineTo(url)
    expect(await control(http, { kind: 'drop' })).toMatchObject({ status: 426 })
    expect(await ask(`${http}/status`, 'GET')).toMatchObject({ status: 426 })
    expect(client.closed).toBeUndefined()
  })

  it('ends with the port', async () => {
    const { http } = await serve()
    await ask(`${http}/status`, 'GET')
    served.pop()?.unsubscribe()
    await expect(ask(`${http}/status`, 'GET')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
