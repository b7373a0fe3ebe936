import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket as TcpSocket } from 'node:net'
import { inspect } from 'node:util'
import { ReplaySubject, catchError, ignoreElements, of, switchMap, take, toArray } from 'rxjs'
import type { Observable } from 'rxjs'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { CTraderError, decodeFrame, webSocketConnect } from 'rx-ctrader'
import type { Socket, WebSocketConnectOptions } from 'rx-ctrader'
import { MAX_RECEIVED_SIZE } from '../../src/transport/frameSize'

const leftOpen: (() => unknown)[] = []

afterEach(async () => {
  await Promise.all(leftOpen.splice(0).map(close => close()))
})

const firstOf = <T>(source$: Observable<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    source$.pipe(take(1)).subscribe({ next: resolve, error: reject })
  })

interface Accepted {
  readonly peer: WebSocket
  readonly tcp: TcpSocket
}

/** A WebSocket server on a free port, and its end of the lines. */
const serve = async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  const accepted$ = new ReplaySubject<Accepted>(1)
  const tally = { accepted: 0 }
  server.on('connection', (peer: WebSocket, { socket: tcp }: IncomingMessage) => {
    tally.accepted += 1
    accepted$.next({ peer, tcp })
  })
  leftOpen.push(() => {
    for (const client of server.clients) client.terminate()
    return new Promise(closed => {
      server.close(closed)
    })
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, url: `ws://127.0.0.1:${port}`, tally, accept: () => firstOf(accepted$) }
}

const listening = async (server: Server): Promise<number> => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

const unusedPort = async (): Promise<number> => {
  const server = createServer()
  const port = await listening(server)
  server.close()
  await once(server, 'close')
  return port
}

/** This end of a line, subscribed. */
const follow = (line$: Observable<Socket>) => {
  const socket$ = new ReplaySubject<Socket>(1)
  const frame$ = new ReplaySubject<string>(10)
  socket$.pipe(switchMap(socket => socket.frame$)).subscribe({
    next: text => {
      frame$.next(text)
    },
    error: () => undefined,
  })
  const hangUp = (): void => {
    line.unsubscribe()
  }
  const line = line$.subscribe(socket$)
  leftOpen.push(hangUp)
  return {
    hangUp,
    opened: () => firstOf(socket$),
    frames: (count: number) => firstOf(frame$.pipe(take(count), toArray())),
    lost: () =>
      firstOf(
        socket$.pipe(
          ignoreElements(),
          catchError((error: unknown) => of(error)),
        ),
      ),
  }
}

const dial = (url: string, options?: WebSocketConnectOptions) => follow(webSocketConnect(url, options)())

/** What a URL is refused with, which is said at once; a line that is not refused is given up again. */
const refusalOf = (url: string): unknown => {
  let refusal: unknown
  webSocketConnect(url)()
    .subscribe({
      error: (error: unknown) => {
        refusal = error
      },
    })
    .unsubscribe()
  return refusal
}

describe('webSocketConnect', () => {
  it('connects when subscribed, not before, and once for each subscription', async () => {
    const { url, tally } = await serve()
    const line$ = webSocketConnect(url)()
    await dial(url).opened()
    expect(tally.accepted).toBe(1)
    await follow(line$).opened()
    await follow(line$).opened()
    expect(tally.accepted).toBe(3)
  })

  it('carries text both ways, in order', async () => {
    const { url, accept } = await serve()
    const { opened, frames } = dial(url)
    const { peer } = await accept()
    peer.on('message', (data, isBinary) => {
      peer.send(`${isBinary ? 'binary' : 'text'}: ${(data as Buffer).toString()}`)
    })
    const { send } = await opened()
    send('{"payloadType":51}')
    send('čtrader ✓')
    expect(await frames(2)).toEqual(['text: {"payloadType":51}', 'text: čtrader ✓'])
  })

  it('does not lose what the server says in the moment it opens', async () => {
    const { url, accept } = await serve()
    const { frames } = dial(url)
    const { peer } = await accept()
    peer.send('{"payloadType":51}')
    expect(await frames(1)).toEqual(['{"payloadType":51}'])
  })

  describe('when the line is lost', () => {
    it.each<[how: string, end: (peer: WebSocket) => void, close: object, message: string]>([
      [
        'by a clean close',
        peer => {
          peer.close(1000, 'Bye')
        },
        { code: 1000, reason: 'Bye', wasClean: true },
        'connection lost: closed with 1000 "Bye"',
      ],
      [
        'by a close without a code',
        peer => {
          peer.close()
        },
        { code: 1005, reason: '', wasClean: true },
        'connection lost: closed with 1005',
      ],
      [
        'without a word',
        peer => {
          peer.terminate()
        },
        { code: 1006, reason: '', wasClean: false },
        'connection lost: closed with 1006',
      ],
    ])('%s, it errors and tells how', async (_, end, close, message) => {
      const { url, accept } = await serve()
      const { opened, lost } = dial(url)
      await opened()
      end((await accept()).peer)
      const error = await lost()
      expect(error).toBeInstanceOf(CTraderError)
      expect(JSON.parse(JSON.stringify(error))).toEqual({
        name: 'CTraderError',
        reason: 'ConnectionLost',
        sent: false,
        close,
        message,
      })
    })

    it('lets a late send go nowhere', async () => {
      const { url, accept } = await serve()
      const { opened, lost } = dial(url)
      const { send } = await opened()
      const { peer } = await accept()
      peer.close()
      await lost()
      expect(() => {
        send('{"payloadType":51}')
      }).not.toThrow()
    })
  })

  it('errors with the cause without a listener', async () => {
    const port = await unusedPort()
    const error = await dial(`ws://127.0.0.1:${port}`).lost()
    expect(error).toBeInstanceOf(CTraderError)
    expect(error).toMatchObject({
      reason: 'ConnectionLost',
      sent: false,
      close: { code: 1006, wasClean: false },
      detail: expect.stringContaining('ECONNREFUSED') as string,
    })
  })

  it('errors with the cause where no WebSocket is spoken', async () => {
    const server = createServer(tcp => tcp.once('data', () => tcp.end('HTTP/1.1 404 Not Found\r\n\r\n')))
    leftOpen.push(() => server.close())
    const error = await dial(`ws://127.0.0.1:${await listening(server)}`).lost()
    expect(error).toBeInstanceOf(CTraderError)
    expect(error).toMatchObject({
      reason: 'ConnectionLost',
      detail: expect.stringContaining('404') as string,
    })
  })

  it('passes a binary frame on as text that is no message, and the line stays', async () => {
    const { url, accept } = await serve()
    const { frames } = dial(url)
    const { peer } = await accept()
    peer.send(Buffer.from('{"payloadType":51}'), { binary: true })
    peer.send('{"payloadType":51}')
    const [binary, text] = await frames(2)
    expect(binary).toEqual(expect.any(String))
    expect(decodeFrame(binary ?? '')._tag).toBe('Left')
    expect(text).toBe('{"payloadType":51}')
  })

  it('takes a frame of 60 MiB, so that one knows which request it answers (B4)', async () => {
    const { url, accept } = await serve()
    const { frames } = dial(url)
    const { peer } = await accept()
    peer.send(' '.repeat(MAX_RECEIVED_SIZE))
    expect((await frames(1)).map(text => text.length)).toEqual([MAX_RECEIVED_SIZE])
  })

  it('gives up the line over a longer one', async () => {
    const { url, accept } = await serve()
    const { opened, lost } = dial(url)
    await opened()
    const { peer } = await accept()
    const closed = once(peer, 'close')
    peer.send(' '.repeat(MAX_RECEIVED_SIZE + 1))
    const error = await lost()
    expect(error).toBeInstanceOf(CTraderError)
    expect(error).toMatchObject({
      reason: 'ConnectionLost',
      close: { wasClean: false },
      detail: expect.stringContaining('Max payload size exceeded') as string,
    })
    expect((await closed)[0]).toBe(1009)
  })

  describe('when unsubscribed', () => {
    it('closes the line with 1000', async () => {
      const { url, accept } = await serve()
      const { opened, hangUp } = dial(url)
      await opened()
      const { peer } = await accept()
      const closed = once(peer, 'close')
      hangUp()
      expect((await closed)[0]).toBe(1000)
    })

    it('lets no frame through any more', async () => {
      const { url, accept } = await serve()
      const { opened, hangUp } = dial(url)
      const { frame$ } = await opened()
      const { peer } = await accept()
      const seen: string[] = []
      leftOpen.push(() => {
        frames.unsubscribe()
      })
      const frames = frame$.subscribe(text => {
        seen.push(text)
      })
      const closed = once(peer, 'close')
      peer.send('late')
      hangUp()
      await closed
      expect(seen).toEqual([])
    })

    it('waits no longer than `closeTimeout` for a dead peer', async () => {
      const { url, accept } = await serve()
      const { opened, hangUp } = dial(url, { closeTimeout: 20 })
      await opened()
      const { tcp } = await accept()
      tcp.removeAllListeners('data').resume()
      const dropped = once(tcp, 'close')
      hangUp()
      expect(await dropped).toHaveLength(1)
    }, 1_000)

    it('while still connecting, drops the attempt and raises nothing', async () => {
      const server = createServer()
      leftOpen.push(() => server.close())
      const port = await listening(server)
      const knocked = once(server, 'connection') as Promise<[TcpSocket]>
      const errors: unknown[] = []
      const line = webSocketConnect(`ws://127.0.0.1:${port}`)().subscribe({
        error: (error: unknown) => errors.push(error),
      })
      const [tcp] = await knocked
      tcp.on('error', () => undefined).resume()
      const dropped = once(tcp, 'close')
      line.unsubscribe()
      await dropped
      expect(errors).toEqual([])
    })

    it('in the same breath as subscribed, raises nothing', async () => {
      const { url, tally } = await serve()
      expect(refusalOf(url)).toBeUndefined()
      await dial(url).opened()
      expect(tally.accepted).toBe(1)
    })
  })
})

describe('a path instead of a URL', () => {
  const inPage = <T>(origin: string, act: () => T): T => {
    Object.assign(globalThis, { location: { origin } })
    try {
      return act()
    } finally {
      Reflect.deleteProperty(globalThis, 'location')
    }
  }

  it('is at the host of the page', async () => {
    const { url, tally } = await serve()
    const { opened } = inPage(url.replace('ws:', 'http:'), () => dial('/ctrader'))
    await opened()
    expect(tally.accepted).toBe(1)
  })

  it('has wss: if the page has https:', async () => {
    const server = createServer(tcp => tcp.destroy())
    const port = await listening(server)
    leftOpen.push(() => server.close())
    const knocked = once(server, 'connection')
    const { lost } = inPage(`https://localhost:${port}`, () => dial('/ctrader'))
    await knocked
    // TLS was tried: in plain text the port would have hung up without a word about it.
    expect(await lost()).toMatchObject({ detail: expect.stringMatching(/TLS|socket disconnected/) as string })
  })

  it.each([
    ['http://example.com', 'url must begin with wss:// for example.com'],
    ['capacitor://localhost', 'url must begin with wss://'],
    ['null', 'url has no host, and there is no page to take it from'],
  ])('is refused in a page of %s', (origin, message) => {
    expect(inPage(origin, () => refusalOf('/ctrader'))).toMatchObject({
      reason: 'InvalidOption',
      message: expect.stringContaining(message) as string,
    })
  })

  it('is refused outside of a page', () => {
    expect(refusalOf('/ctrader')).toMatchObject({
      reason: 'InvalidOption',
      message: 'url has no host, and there is no page to take it from',
    })
  })

  it('must begin with a slash, because the path of a page changes', () => {
    expect(inPage('https://localhost', () => refusalOf('ctrader'))).toMatchObject({
      message: 'url is not a URL',
    })
  })
})

describe('the URL', () => {
  it.each([
    [
      'ws://example.com',
      'url must begin with wss:// for example.com: ws:// is for loopback addresses, and for others with allowInsecure',
    ],
    ['ws://localhost.example.com', expect.stringContaining('loopback') as string],
    ['ws://127.0.0.1.example.com', expect.stringContaining('loopback') as string],
    ['ws://128.0.0.1', expect.stringContaining('loopback') as string],
    ['ws://10.127.0.0', expect.stringContaining('loopback') as string],
    ['ws://0.0.0.0', expect.stringContaining('loopback') as string],
    ['ws://[::2]', expect.stringContaining('loopback') as string],
    ['http://localhost', 'url must begin with wss://'],
    ['https://example.com', 'url must begin with wss://'],
    ['file:///etc/hosts', 'url must begin with wss://'],
    ['example.com', 'url is not a URL'],
    ['', 'url is not a URL'],
    ['wss://', 'url is not a URL'],
    ['wss://example.com:99999', 'url is not a URL'],
    ['wss://localhost/#a', expect.stringMatching(/^url /) as string],
  ])('%p is refused', (url, message) => {
    const refusal = refusalOf(url)
    expect(refusal).toBeInstanceOf(CTraderError)
    expect(refusal).toMatchObject({ reason: 'InvalidOption', option: 'url', message })
  })

  it('may lead to another machine in plain text where that is allowed in so many words (F4)', async () => {
    const { port, tally } = await serve()
    await dial(`ws://0.0.0.0:${port}`, { allowInsecure: true }).opened()
    expect(tally.accepted).toBe(1)
    for (const allowInsecure of [false, undefined, 'false', 1])
      expect(
        await dial(`ws://0.0.0.0:${port}`, { allowInsecure: allowInsecure as boolean }).lost(),
      ).toMatchObject({ reason: 'InvalidOption', option: 'url' })
    expect(await dial(`http://127.0.0.1:${port}`, { allowInsecure: true }).lost()).toMatchObject({
      message: 'url must begin with wss://',
    })
    expect(tally.accepted).toBe(1)
  })

  it.each(['http://127.0.0.1', 'ws://0.0.0.0'])('%s is refused before anything is opened', async host => {
    const { url, port, tally } = await serve()
    expect(refusalOf(`${host}:${port}`)).toMatchObject({ reason: 'InvalidOption', option: 'url' })
    expect(await dial(`${host}:${port}`).lost()).toMatchObject({ reason: 'InvalidOption', option: 'url' })
    await dial(url).opened()
    expect(tally.accepted).toBe(1)
  })

  it.each([
    'ws://localhost:5036',
    'WS://LocalHost:5036/path?query',
    'ws://127.0.0.1:5036',
    'ws://127.255.0.9:5036',
    'ws://127.1:5036',
    'ws://[::1]:5036',
    'wss://localhost:5036',
    'wss://broker.invalid:5036',
  ])('%s is accepted', url => {
    expect(refusalOf(url)).toBeUndefined()
  })

  it.each([
    'ws://alice:hunter2@example.com?token=hunter2',
    'http://alice:hunter2@127.0.0.1/hunter2',
    'wss://alice:hunter2@',
    'wss://alice:hunter2@localhost/#hunter2',
    'alice:hunter2@example.com',
  ])('%s shows no credentials when it is refused', url => {
    const refusal = refusalOf(url)
    expect(refusal).toBeInstanceOf(Error)
    expect(`${inspect(refusal)} ${JSON.stringify(refusal)}`).not.toMatch(/alice|hunter2/)
  })

  it('shows no credentials when the line fails', async () => {
    const port = await unusedPort()
    const error = await dial(`ws://alice:hunter2@127.0.0.1:${port}/hunter2?token=hunter2`).lost()
    expect(error).toBeInstanceOf(CTraderError)
    expect(`${inspect(error)} ${JSON.stringify(error)}`).not.toMatch(/alice|hunter2/)
  })
})
