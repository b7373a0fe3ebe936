import { once } from 'node:events'
import { firstValueFrom, interval, filter, shareReplay } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { WebSocket } from 'ws'

const version = (clientMsgId: string): string =>
  JSON.stringify({ payloadType: PayloadType.PROTO_OA_VERSION_REQ, clientMsgId })

describe('a served client that does not read', () => {
  it('is closed with 1013 when more than the second mark waits for it; others are served on', async () => {
    const broker = createSimulator({ limits: false })
    const served$ = serveSimulator(broker, { port: 0, slow: { closeAbove: 1_000_000 } }).pipe(
      shareReplay({ bufferSize: 1, refCount: true }),
    )
    const serving = served$.subscribe()
    const { url } = await firstValueFrom(served$)
    const [slow, good] = [new WebSocket(url), new WebSocket(url)]
    await Promise.all([once(slow, 'open'), once(good, 'open')])
    slow.pause()
    // More than the buffers of both systems hold.
    for (let i = 0; i < 300; i++) slow.send(version('x'.repeat(100_000)))
    await firstValueFrom(interval(5).pipe(filter(() => broker.lines().length === 1)))
    slow.resume()
    const [code] = (await once(slow, 'close')) as [number]
    // The closing frame comes behind what waits; a client that is slower still is cut off.
    expect([1013, 1006]).toContain(code)
    good.send(version('good'))
    const [data] = (await once(good, 'message')) as [Buffer]
    expect(data.toString()).toContain('"good"')
    good.terminate()
    serving.unsubscribe()
  })
})
