import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { Observable, Subject, lastValueFrom } from 'rxjs'
import type { Subscription } from 'rxjs'
import { PayloadType, CTraderError } from 'rx-ctrader'
import type { Connect, Socket } from 'rx-ctrader'
import { serveSimulator } from 'rx-ctrader/node'
import type { ServeSimulatorOptions } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { WebSocket } from 'ws'
import { rawClient } from '../../support/rawClient'
import type { RawClient } from '../../support/rawClient'

const MAX_FRAME_SIZE = 15 * 1024 * 1024

const version = { payloadType: PayloadType.PROTO_OA_VERSION_REQ, clientMsgId: 'version' }
const appAuth = {
  payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  clientMsgId: 'app',
  payload: { clientId: 'demo', clientSecret: 'demo' },
}
const accountAuth = {
  payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
  clientMsgId: 'account',
  payload: { ctidTraderAccountId: 12345678, accessToken: 'demo' },
}
const refresh = {
  payloadType: PayloadType.PROTO_OA_REFRESH_TOKEN_REQ,
  clientMsgId: 'refresh',
  payload: { refreshToken: 'demo-refresh' },
}

const served: Subscription[] = []
const opened: WebSocket[] = []
afterEach(async () => {
  const open = opened.splice(0).filter(webSocket => webSocket.readyState !== WebSocket.CLOSED)
  const closed = open.map(webSocket => once(webSocket, 'close'))
  for (const webSocket of open) webSocket.terminate()
  await Promise.all(closed)
  for (const server of served.splice(0)) server.unsubscribe()
})

/** The address of a simulator that is served until the test is over, or until `stop`. */
const serve = async (
  broker: Simulator,
  port = 0,
  options: ServeSimulatorOptions = {},
): Promise<{ url: string; stop: () => void }> => {
  let stop = (): void => undefined
  const url = await new Promise<string>((resolve, reject) => {
    const server = serveSimulator(broker, { port, ...options }).subscribe({
      next: listening => {
        resolve(listening.url)
      },
      error: reject,
    })
    served.push(server)
    stop = () => {
      server.unsubscribe()
    }
  })
  return { url, stop }
}

/** A line over a WebSocket of the test's own. */
const over =
  (webSocket: WebSocket): Connect =>
  () =>
    new Observable<Socket>(subscriber => {
      const frame$ = new Subject<string>()
      webSocket.on('open', () => {
        subscriber.next({
          frame$,
          send: text => {
            webSocket.send(text)
          },
        })
      })
      webSocket.on('message', (data, isBinary) => {
        frame$.next(isBinary ? '<binary>' : (data as Buffer).toString())
      })
      webSocket.on('error', () => undefined)
      webSocket.onclose = ({ code, reason, wasClean }) => {
        subscriber.error(
          new CTraderError({ reason: 'ConnectionLost', sent: false, close: { code, reason, wasClean } }),
        )
      }
    })

interface Line {
  readonly client: RawClient
  readonly webSocket: WebSocket
  /** The next answers, that many of them. */
  readonly answers: (count: number) => Promise<string[]>
  readonly ended: () => Promise<unknown>
}

const lineTo = async (url: string): Promise<Line> => {
  const webSocket = new WebSocket(url)
  opened.push(webSocket)
  const client = rawClient(over(webSocket))
  await client.until(() => client.openedAt !== undefined)
  let heard = 0
  return {
    client,
    webSocket,
    answers: async count => {
      await client.until(() => client.received.length >= heard + count || client.closed !== undefined)
      const from = heard
      heard = client.received.length
      return client.received.slice(from)
    },
    ended: async () => {
      await client.until(() => client.closed !== undefined)
      const { code, reason, wasClean } = client.closed ?? {}
      return { code, reason, wasClean }
    },
  }
}

const BYE = { code: 1000, reason: 'Bye', wasClean: true }

describe('a served simulator', () => {
  it('says its address and serves there', async () => {
    const { url } = await serve(createSimulator())
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:[1-9]\d*$/)
    const { client, answers } = await lineTo(url)
    client.send(appAuth, accountAuth)
    expect(await answers(2)).toEqual([
      '{"payloadType":2101,"clientMsgId":"app"}',
      '{"payloadType":2103,"clientMsgId":"account","payload":{"ctidTraderAccountId":12345678}}',
    ])
  })

  it('listens on the port it is given', async () => {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    probe.close()
    await once(probe, 'close')
    expect((await serve(createSimulator(), port)).url).toBe(`ws://127.0.0.1:${port}`)
  })

  /** 101 for a line, or what is answered instead. */
  const opening = async (url: string, origin: string | undefined): Promise<number> => {
    const webSocket = new WebSocket(url, origin === undefined ? {} : { headers: { origin } })
    webSocket.on('error', () => undefined)
    return new Promise(resolve => {
      webSocket.on('open', () => {
        opened.push(webSocket)
        resolve(101)
      })
      webSocket.on('unexpected-response', (request, { statusCode }) => {
        request.destroy()
        resolve(statusCode ?? 0)
      })
    })
  }

  it.each([
    ['http://evil.example', 403],
    ['http://localhost.evil.example', 403],
    ['http://evil.example:5036', 403],
    ['null', 403],
    ['file://', 403],
    ['https://a.example', 101],
    ['http://localhost:4200', 101],
    ['https://app.localhost', 101],
    ['http://127.0.0.1:8080', 101],
    ['http://[::1]:4200', 101],
    [undefined, 101],
  ])(
    'takes a line of a page of this machine, of one that is allowed, or of a program: %s (G16)',
    async (origin, status) => {
      const { url } = await serve(createSimulator(), 0, { allowOrigins: ['https://a.example'] })
      expect(await opening(url, origin)).toBe(status)
    },
  )

  it('takes lines of any page, if so it is set', async () => {
    const { url } = await serve(createSimulator(), 0, { allowOrigins: ['*'] })
    expect(await opening(url, 'null')).toBe(101)
  })

  it('does not listen before it is subscribed', async () => {
    const taken = await serve(createSimulator())
    taken.stop()
    const port = Number(new URL(taken.url).port)
    const unused$ = serveSimulator(createSimulator(), { port })
    expect((await serve(createSimulator(), port)).url).toBe(taken.url)
    await expect(lastValueFrom(unused$, { defaultValue: undefined })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('tells of a port in use as an error and serves on where it was first', async () => {
    const { url } = await serve(createSimulator())
    await expect(serve(createSimulator(), Number(new URL(url).port))).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    const { client, answers } = await lineTo(url)
    client.send(appAuth)
    expect(await answers(1)).toEqual(['{"payloadType":2101,"clientMsgId":"app"}'])
  })

  it.each([
    ['hello', '1:6'],
    ['{"payloadType":2104', '1:20'],
  ])('answers the malformed %j, then closes with 1000 "Bye"', async (text, position) => {
    const { client, ended } = await lineTo((await serve(createSimulator())).url)
    client.send(text)
    expect(await ended()).toEqual(BYE)
    expect(client.received).toEqual([
      '{"payloadType":2142,"payload":{"errorCode":"INVALID_REQUEST",' +
        `"description":"Malformed JSON message at ${position}"}}`,
    ])
  })

  it('takes a binary frame for malformed, with any content', async () => {
    const { client, webSocket, ended } = await lineTo((await serve(createSimulator())).url)
    webSocket.send(Buffer.from(JSON.stringify(appAuth)))
    expect(await ended()).toEqual(BYE)
    expect(client.received).toHaveLength(1)
    expect(client.frames()[0]).toMatchObject({
      payloadType: PayloadType.PROTO_OA_ERROR_RES,
      payload: { errorCode: 'INVALID_REQUEST' },
    })
  })

  it('reads text beyond ASCII as it was sent', async () => {
    const { client, answers } = await lineTo((await serve(createSimulator())).url)
    client.send({ ...version, clientMsgId: 'ünïcode 🎈' })
    await answers(1)
    expect(client.frames()[0]).toMatchObject({
      payloadType: PayloadType.PROTO_OA_VERSION_RES,
      clientMsgId: 'ünïcode 🎈',
    })
  })

  it('takes a frame of 15 MB and closes with 1009 on a larger one, alone', async () => {
    const { url } = await serve(createSimulator())
    const [large, other] = [await lineTo(url), await lineTo(url)]
    const text = JSON.stringify(version)
    large.client.send(text.padEnd(MAX_FRAME_SIZE))
    expect(await large.answers(1)).toHaveLength(1)
    expect(large.client.frames()[0]).toMatchObject({ payloadType: PayloadType.PROTO_OA_VERSION_RES })
    large.client.send(text.padEnd(MAX_FRAME_SIZE + 1))
    expect(await large.ended()).toMatchObject({ code: 1009 })
    expect(large.client.received).toHaveLength(1)
    other.client.send(version)
    expect(await other.answers(1)).toHaveLength(1)
  })

  it('keeps its clients apart', async () => {
    const { url } = await serve(createSimulator())
    const [one, other] = [await lineTo(url), await lineTo(url)]
    one.client.send(appAuth, accountAuth)
    await one.answers(2)
    other.client.send(accountAuth)
    await other.answers(1)
    expect(other.client.frames()[0]).toMatchObject({
      payloadType: PayloadType.PROTO_OA_ERROR_RES,
      payload: { errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' },
    })
    other.client.send('hello')
    expect(await other.ended()).toEqual(BYE)
    one.client.send(version)
    await one.answers(1)
    expect(one.client.frames().map(({ payloadType }) => payloadType)).toEqual([2101, 2103, 2105])
    expect(one.client.closed).toBeUndefined()
  })

  it('tells one client of what another does to its token', async () => {
    const { url } = await serve(createSimulator())
    const [one, other] = [await lineTo(url), await lineTo(url)]
    one.client.send(appAuth, accountAuth)
    await one.answers(2)
    other.client.send(refresh)
    await Promise.all([one.answers(2), other.answers(1)])
    expect(one.client.frames().map(({ payloadType }) => payloadType)).toEqual([2101, 2103, 2147, 2164])
    expect(other.client.frames().map(({ payloadType }) => payloadType)).toEqual([2174])
  })

  it('forgets a client that breaks off', async () => {
    const broker = createSimulator()
    const gone = new EventEmitter()
    const sent: string[][] = []
    const { url } = await serve({
      ...broker,
      accept: peer => {
        const texts: string[] = []
        sent.push(texts)
        const connection = broker.accept({
          ...peer,
          send: text => {
            texts.push(text)
            peer.send(text)
          },
        })
        return {
          ...connection,
          closed: () => {
            connection.closed()
            gone.emit('gone')
          },
        }
      },
    })
    const lost = await lineTo(url)
    lost.client.send(appAuth, accountAuth)
    await lost.answers(2)
    lost.webSocket.terminate()
    await once(gone, 'gone')

    const next = await lineTo(url)
    next.client.send(appAuth, accountAuth, refresh)
    await next.answers(5)
    broker.push('pushed')
    await next.answers(1)
    expect(sent.map(texts => texts.length)).toEqual([2, 6])
  })

  it.each<[string, (broker: Simulator) => void, object]>([
    [
      'close',
      broker => {
        broker.close(1000, 'Bye')
      },
      BYE,
    ],
    [
      'drop',
      broker => {
        broker.drop()
      },
      { code: 1006, reason: '', wasClean: false },
    ],
  ])('passes the fault %s on', async (_, fault, ending) => {
    const broker = createSimulator()
    const { url } = await serve(broker)
    const line = await lineTo(url)
    line.client.send(version)
    await line.answers(1)
    fault(broker)
    expect(await line.ended()).toEqual(ending)
    const next = await lineTo(url)
    next.client.send(version)
    expect(await next.answers(1)).toHaveLength(1)
  })

  it('passes silence on: the line stays and says nothing', async () => {
    const broker = createSimulator()
    const { client, answers, webSocket } = await lineTo((await serve(broker)).url)
    client.send(version)
    await answers(1)
    broker.silence()
    client.send(version, 'hello')
    // The answer to a ping comes behind the answers to the frames before it.
    webSocket.ping()
    await once(webSocket, 'pong')
    expect(client.received).toHaveLength(1)
    expect(webSocket.readyState).toBe(WebSocket.OPEN)
  })

  it('closes its port and its lines when unsubscribed', async () => {
    const { url, stop } = await serve(createSimulator())
    const lines = [await lineTo(url), await lineTo(url)]
    stop()
    for (const { ended } of lines) expect(await ended()).toMatchObject({ code: 1001, wasClean: true })
    const late = new WebSocket(url)
    const [error] = (await once(late, 'error')) as [Error]
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('leaves the port free when unsubscribed before it listens', async () => {
    const probe = await serve(createSimulator())
    probe.stop()
    const port = Number(new URL(probe.url).port)
    const emitted: unknown[] = []
    serveSimulator(createSimulator(), { port })
      .subscribe({
        next: value => {
          emitted.push(value)
        },
        error: (error: unknown) => {
          emitted.push(error)
        },
      })
      .unsubscribe()
    const { url } = await serve(createSimulator(), port)
    const { client, answers } = await lineTo(url)
    client.send(version)
    expect(await answers(1)).toHaveLength(1)
    expect(emitted).toEqual([])
  })

  it('lets the broker know of pings, which it answers by itself', async () => {
    const broker = createSimulator()
    let pings = 0
    const accept: Simulator['accept'] = peer => ({
      ...broker.accept(peer),
      pinged: () => {
        pings += 1
      },
    })
    const { url } = await serve({ ...broker, accept })
    const webSocket = new WebSocket(url)
    opened.push(webSocket)
    await once(webSocket, 'open')
    const answered = once(webSocket, 'pong')
    webSocket.ping()
    await answered
    expect(pings).toBe(1)
  })

  it('can be served again, with what it knows', async () => {
    const broker = createSimulator()
    const first = await serve(broker)
    const before = await lineTo(first.url)
    before.client.send(refresh)
    await before.answers(1)
    first.stop()
    await before.ended()
    const after = await lineTo((await serve(broker)).url)
    after.client.send(appAuth, accountAuth)
    await after.answers(2)
    expect(after.client.frames()[1]).toMatchObject({ payload: { errorCode: 'CH_ACCESS_TOKEN_INVALID' } })
  })
})
